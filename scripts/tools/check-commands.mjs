// node check-commands.mjs: the server takes the command, the variables and the settings that the image and each host of deploy/ give
// it: 'slipway serve ... --check', which does all that a start does but listen. Paths of containers become those of a directory.
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

/** What every container has in its environment: ENV of the image's last stage. */
function imageVariables() {
  const [, env] = /^FROM scratch[^]*?^ENV ((?:.*\\\n)*.*)$/m.exec(read('image/Dockerfile'));
  return Object.fromEntries(env.split(/[\s\\]+/).map((each) => each.split('=')));
}

/** Settings, command and variables of the machine that systemd starts the container on, as its script writes them for a port. */
function machine(port) {
  const script = read('terraform/modules/vm/startup.sh');
  const [, settings] = /cat >\/etc\/slipway\/slipway.yaml <<EOF\n([^]*?)EOF\n/.exec(script);
  const [, variable, value, command] = /--env (\w+)=(\S+) \$image (.*)/.exec(script);
  return { host: 'a machine', args: command.split(' '), env: { [variable]: value.replace('$port', port) }, settings, port };
}

function hosts() {
  const compose = parse(read('compose/compose.yaml')).services.slipway;
  const kubernetes = inPod('kubernetes/base/deployment.yaml');
  const cloudRun = inPod('cloud-run/service.yaml');
  const kserve = parse(read('kserve/servingruntime.yaml')).spec.containers[0];
  const azure = parse(read('azure/containerapp.yaml')).properties.template.containers[0];
  return [
    { host: 'Compose', args: compose.command, env: compose.environment, settings: read('compose/slipway.yaml') },
    { host: 'Kubernetes', args: kubernetes.args, env: variables(kubernetes), settings: read('kubernetes/base/slipway.yaml') },
    // Cloud Run says the port by a variable; another one than the default shows that it is heard.
    { host: 'Cloud Run', args: cloudRun.args, env: { ...variables(cloudRun), PORT: '8081' }, port: 8081 },
    { host: 'KServe', args: kserve.args.map((arg) => arg.replace('{{.Name}}', 'line').replace('$(MODEL_FILE)', variables(kserve).MODEL_FILE)), env: variables(kserve), port: 8080 },
    { host: 'Azure', args: azure.args, env: variables(azure) },
    // What hosts say of the port must not be hidden by what the image says.
    { host: 'Vertex AI', args: ['serve', '/models', '--no-auth'], env: { AIP_HTTP_PORT: '8080' }, port: 8080 },
    { host: 'SageMaker', args: ['serve', '/models', '--no-auth'], env: { SAGEMAKER_BIND_TO_PORT: '8080' }, port: 8080 },
    machine(8090),
  ];
}

/** The file of keys is for one user; another one than the image's could not read it. */
function checkOwnerOfKeys() {
  const [, user] = /^FROM scratch[^]*?^USER (\S+)$/m.exec(read('image/Dockerfile'));
  const [, owner] = /^chown (\S+) \/etc\/slipway\/slipway.keys/m.exec(read('terraform/modules/vm/startup.sh'));
  if (owner !== user) {
    console.error(`a machine: the keys belong to ${owner} (expected: ${user}, the image's user)`);
    process.exitCode = 1;
  }
}

checkOwnerOfKeys();
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
    const { status, stdout, stderr } = spawnSync(SLIPWAY, [...command, '--check'], { encoding: 'utf8', env: { ...process.env, ...imageVariables(), ...env } });
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
