// node run-pipeline.mjs: runs the commands of deploy/kubeflow/pipeline.yaml as Kubeflow would, one by one, on this machine and without
// containers: placeholders become files of a directory, and kubectl is one that only notes what it is told. The model is the
// example of irises.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'slipway-pipeline-'));
const [{ root, components, deploymentSpec }] = parseAllDocuments(readFileSync(join(ROOT, 'deploy/kubeflow/pipeline.yaml'), 'utf8')).map((document) => document.toJS());

/** Where a task puts an output. */
const outputFile = (run, task, kind, name) => join(directory, run, task, kind, name);

function inputsOf(run, task, given) {
  const parameters = Object.fromEntries(
    Object.entries(task.inputs.parameters ?? {}).map(([name, { componentInputParameter, taskOutputParameter }]) => [
      name,
      componentInputParameter
        ? given[componentInputParameter]
        : readFileSync(outputFile(run, taskOutputParameter.producerTask, 'parameters', taskOutputParameter.outputParameterKey), 'utf8'),
    ]),
  );
  const artifacts = Object.fromEntries(
    Object.entries(task.inputs.artifacts ?? {}).map(([name, { taskOutputArtifact }]) => [
      name,
      outputFile(run, taskOutputArtifact.producerTask, 'artifacts', taskOutputArtifact.outputArtifactKey),
    ]),
  );
  return { parameters, artifacts };
}

function runTask(run, name, task, given) {
  const { parameters, artifacts } = inputsOf(run, task, given);
  const { container } = deploymentSpec.executors[components[task.componentRef.name].executorLabel];
  const filled = (text) =>
    text
      .replace(/\{\{\$\.inputs\.parameters\['([\w-]+)'\]\}\}/g, (_, key) => parameters[key])
      .replace(/\{\{\$\.inputs\.artifacts\['([\w-]+)'\]\.path\}\}/g, (_, key) => artifacts[key])
      .replace(/\{\{\$\.outputs\.artifacts\['([\w-]+)'\]\.path\}\}/g, (_, key) => outputFile(run, name, 'artifacts', key))
      .replace(/\{\{\$\.outputs\.parameters\['([\w-]+)'\]\.output_file\}\}/g, (_, key) => outputFile(run, name, 'parameters', key));
  const [program, ...args] = [...container.command, ...(container.args ?? [])].map(filled);
  assert.ok(![program, ...args].some((text) => text.includes('{{$')), 'a placeholder is left');
  return spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, PATH: `${directory}/bin:${ROOT}:${process.env.PATH}` } });
}

/** Runs tasks in the order of their dependencies until one fails; its name and what it said, or nothing. */
function runPipeline(run, given) {
  const values = { ...Object.fromEntries(Object.entries(root.inputDefinitions.parameters).map(([name, { defaultValue }]) => [name, defaultValue])), ...given };
  const waiting = new Map(Object.entries(root.dag.tasks));
  while (waiting.size > 0) {
    const [name, task] = [...waiting].find(([, each]) => !(each.dependentTasks ?? []).some((before) => waiting.has(before))) ?? [];
    assert.ok(name, 'tasks wait for one another');
    const { status, stderr } = runTask(run, name, task, values);
    if (status !== 0) {
      return { failed: name, stderr };
    }
    console.log(`ok: ${run}: ${name}`);
    waiting.delete(name);
  }
  return undefined;
}

try {
  mkdirSync(join(directory, 'bin'));
  const patches = join(directory, 'kubectl.log');
  writeFileSync(join(directory, 'bin/kubectl'), `#!/bin/sh\nprintf '%s\\n' "$@" >'${patches}'\n`);
  chmodSync(join(directory, 'bin/kubectl'), 0o755);
  cpSync(join(ROOT, 'examples/iris'), join(directory, 'data'), { recursive: true });
  const given = { name: 'iris', spec: join(directory, 'data/train.yaml'), models: join(directory, 'models') };

  assert.equal(runPipeline('first', given), undefined);
  assert.equal(runPipeline('second', { ...given, metric: 'loss', bound: 0.5 }), undefined);
  assert.deepEqual(readdirSync(join(directory, 'models/iris')).sort(), ['1', '2']);
  assert.ok(existsSync(join(directory, 'models/iris/2/model.keras')));
  const told = readFileSync(patches, 'utf8').trim().split('\n');
  assert.deepEqual(told.slice(0, 3), ['patch', 'inferenceservice', 'iris']);
  assert.equal(JSON.parse(told.at(-1)).spec.predictor.model.storageUri, 'pvc://slipway-models/iris/2');

  const bad = runPipeline('bad', { ...given, bound: 1.01 });
  assert.equal(bad?.failed, 'evaluate');
  assert.match(bad.stderr, /accuracy: [\d.]+ \(expected: >= 1\.01\); the model is not registered/);
  assert.equal(runPipeline('unknown', { ...given, metric: 'beauty' })?.failed, 'evaluate');
  assert.deepEqual(readdirSync(join(directory, 'models/iris')).sort(), ['1', '2']);
  console.log('ok: models that are not good enough are not registered');
} finally {
  rmSync(directory, { recursive: true, force: true });
}
