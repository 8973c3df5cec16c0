// node check-commands.mjs: the server takes the command, the variables and the settings that each host of deploy/ gives it:
// 'slipway serve ... --check', which does all that a start does but listen. Paths of containers become those of a directory.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const SLIPWAY = join(ROOT, 'slipway');
const MODEL = join(ROOT, 'keras/src/test/resources/fixtures/inference/dense_activations_celu/model.keras');
const directory = mkdtempSync(join(tmpdir(), 'slipway-commands-'));
const read = (file) => readFileSync(join(ROOT, 'deploy', file), 'utf8');

const inPod = (file) => parse(read(file)).spec.template.spec.containers[0];
const variables = (container) => Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]));

function hosts() {
  const compose = parse(read('compose/compose.yaml')).services.slipway;
  const kubernetes = inPod('kubernetes/base/deployment.yaml');
  const cloudRun = inPod('cloud-run/service.yaml');
  const kserve = parse(read('kserve/servingruntime.yaml')).spec.containers[0];
  const azure = parse(read('azure/containerapp.yaml')).properties.template.containers[0];
  const machine = /cat >\/etc\/slipway\/slipway.yaml <<EOF\n([^]*?)EOF\n/.exec(read('terraform/modules/vm/startup.sh'))[1].replace('$port', '8000');
  return [
    { host: 'Compose', args: compose.command, env: compose.environment, settings: read('compose/slipway.yaml') },
    { host: 'Kubernetes', args: kubernetes.args, env: variables(kubernetes), settings: read('kubernetes/base/slipway.yaml') },
    // Cloud Run says the port by a variable; another one than the default shows that it is heard.
    { host: 'Cloud Run', args: cloudRun.args, env: { ...variables(cloudRun), PORT: '8081' }, port: 8081 },
    { host: 'KServe', args: kserve.args.map((arg) => arg.replace('{{.Name}}', 'line').replace('$(MODEL_FILE)', variables(kserve).MODEL_FILE)), env: variables(kserve), port: 8080 },
    { host: 'Azure', args: azure.args, env: variables(azure) },
    { host: 'a machine', args: ['serve', '/models', '--config', '/etc/slipway/slipway.yaml'], env: {}, settings: machine },
  ];
}

try {
  mkdirSync(join(directory, 'models'));
  copyFileSync(MODEL, join(directory, 'models/model.keras'));
  const keys = join(directory, 'slipway.keys');
  spawnSync(SLIPWAY, ['keys', 'create', '--name', 'app', '--scope', 'predict', '--keys-file', keys]);
  const here = (text) => text.replace(/\/etc\/slipway(-keys)?\/slipway\.keys/, keys).replace(/^(\/mnt)?\/models/, join(directory, 'models'));

  for (const { host, args, env, settings, port = 8000 } of hosts()) {
    const file = join(directory, 'slipway.yaml');
    writeFileSync(file, here(settings ?? ''));
    const command = args.map((arg) => (arg === '/etc/slipway/slipway.yaml' ? file : here(String(arg))));
    const { status, stdout, stderr } = spawnSync(SLIPWAY, [...command, '--check'], { encoding: 'utf8', env: { ...process.env, ...env } });
    const { host: address, port: listens } = parse(stdout)?.serve ?? {};
    if (status !== 0 || address !== '0.0.0.0' || listens !== port) {
      console.error(`${host}: slipway ${command.join(' ')} --check: exit code ${status}, ${address}:${listens} (expected: 0, 0.0.0.0:${port})\n${stderr}`);
      process.exitCode = 1;
    } else {
      console.log(`ok: ${host}: the server takes its command and settings`);
    }
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
