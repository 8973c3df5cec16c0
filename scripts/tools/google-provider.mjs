// The schema of Terraform's Google provider: which blocks and attributes a resource has, and which it needs. It comes with the
// provider's bindings for cdktf, which are made from the provider itself.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PACKAGE = '@cdktf/provider-google';
const home = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
const { types } = JSON.parse(readFileSync(join(home, '.jsii'), 'utf8'));

const plain = (name) => name.replaceAll('_', '').toLowerCase();
const configs = new Map(
  Object.values(types)
    .filter((type) => type.kind === 'interface' && type.name.endsWith('Config'))
    .map((type) => [plain(type.name), type]),
);

// What every resource, data source and block may have besides.
const META = new Set(['count', 'foreach', 'provider', 'dependson', 'lifecycle', 'provisioner', 'connection']);

/** The block that a property holds, if it holds any. */
export function structOf({ fqn, collection, union }) {
  if (fqn) {
    return types[fqn]?.kind === 'interface' ? types[fqn] : undefined;
  }
  if (collection) {
    return structOf(collection.elementtype);
  }
  return union?.types.map(structOf).find(Boolean);
}

function problemsOfBlock(type, block, where, meta) {
  const properties = new Map((type.properties ?? []).map((property) => [plain(property.name), property]));
  const dynamic = Object.keys(block.dynamic ?? {}).map(plain);
  const given = new Set([...Object.keys(block).map(plain), ...dynamic]);
  const problems = [];
  for (const [name, value] of Object.entries(block)) {
    const property = properties.get(plain(name));
    if (!property) {
      if (name !== 'dynamic' && !(meta && META.has(plain(name)))) {
        problems.push(`${where}.${name}: the provider knows no such name`);
      }
      continue;
    }
    const struct = structOf(property.type);
    for (const inner of struct && Array.isArray(value) ? value : []) {
      problems.push(...problemsOfBlock(struct, inner, `${where}.${name}`, false));
    }
  }
  for (const [name, property] of properties) {
    if (!property.optional && !given.has(name)) {
      problems.push(`${where}: no ${property.name}, which the provider needs`);
    }
  }
  return problems;
}

/** The properties of the provider's own block. */
export const providerConfig = types[`${PACKAGE}.provider.GoogleProviderConfig`];

/** What a resource may be given, such as for google_compute_instance. */
export const configOf = (type) => configs.get(plain(`${type.replace(/^google/, '')}Config`));

/** What a resource tells and cannot be given. */
export function readOnlyOf(type) {
  const { properties } = types[configOf(type).fqn.replace(/Config$/, '')];
  return properties.filter(({ name, immutable, type: { fqn } }) => immutable && !fqn && !/^tfResourceType$|Input$/.test(name));
}

/** What the provider would not take of a resource or data source. */
export function problemsOfResource(kind, type, block, where) {
  const config = configOf(kind === 'data' ? type.replace(/^google/, 'google_datagoogle') : type);
  return config ? problemsOfBlock(config, block, where, true) : [`${where}: the provider knows no ${kind} ${type}`];
}
