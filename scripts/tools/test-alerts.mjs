// node test-alerts.mjs: a real server, Prometheus and Alertmanager must pass check-stack.mjs. Then errors, latency, a broken
// file and a killed server are provoked; each alert must reach the receiver its severity asks for, and clear when the cause is
// gone. Loopback only.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, openSync, renameSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkStack, predictBody } from './check-stack.mjs';
import { freePort } from './free-port.mjs';
import { quicken } from './quicken.mjs';

const ROOT = join(import.meta.dirname, '../..');
const MONITORING = join(ROOT, 'deploy/monitoring');
const FIXTURES = join(ROOT, 'keras/src/test/resources/fixtures/inference');
const FACTOR = 30; // 5m is 10s
const HOST = '127.0.0.1';

const directory = mkdtempSync(join(tmpdir(), 'slipway-alerts-'));
const models = join(directory, 'models');
const processes = new Set();
const said = [];

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const log = (text) => console.log(`${((Date.now() - START) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const START = Date.now();

async function until(what, seconds, holds) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await holds();
    if (value) {
      log(what);
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`${what}: not within ${seconds} s; heard: ${JSON.stringify([...heard])}`);
    }
    await pause(100);
  }
}

function start(name, command, args) {
  const out = openSync(join(directory, `${name}.log`), 'a');
  const started = spawn(command, args, { stdio: ['ignore', out, out], cwd: directory });
  processes.add(started);
  started.on('exit', (code, signal) => {
    processes.delete(started);
    said.push(`${name} ended: ${code ?? signal}`);
  });
  return started;
}

const answers = (address) =>
  fetch(`http://${address}`).then(
    (response) => response.ok,
    () => false,
  );

// The alerts that the webhooks of both receivers have heard of and not yet heard the end of: 'page/SlipwayDown'.
const heard = new Set();
const webhook = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    for (const { status, labels } of JSON.parse(Buffer.concat(chunks)).alerts) {
      const name = `${request.url.slice(1)}/${labels.alertname}`;
      status === 'firing' ? heard.add(name) : heard.delete(name);
    }
    response.end();
  });
});
const fires = (name) => until(`${name} fires`, 180, () => heard.has(name));
const clears = (name) => until(`${name} has cleared`, 180, () => !heard.has(name));

/** Sends the same prediction from several clients at once until told to stop; returns how to stop, with the counts of codes. */
function pressure(address, body, clients, headers = {}) {
  let going = true;
  const codes = {};
  const client = async () => {
    while (going) {
      const response = await fetch(`http://${address}/v1/models/slow:predict`, { method: 'POST', body, headers });
      await response.arrayBuffer();
      codes[response.status] = (codes[response.status] ?? 0) + 1;
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return async () => {
    going = false;
    await all;
    return codes;
  };
}

/** How many rows of a model one request must have to take some 250 ms on this machine, at most 512. */
async function slowRows(address) {
  const body = await predictBody(address, 'slow', 16);
  const ask = async () => (await fetch(`http://${address}/v1/models/slow:predict`, { method: 'POST', body })).arrayBuffer();
  await ask();
  const begin = performance.now();
  await ask();
  return Math.min(512, Math.ceil((16 * 250) / (performance.now() - begin)));
}

const serve = (port) =>
  start('slipway', join(ROOT, 'slipway'), ['serve', models, '--port', String(port), '--no-request-log', '--models-poll', '200ms', '--models-settle', '100ms']);

async function run() {
  mkdirSync(models);
  copyFileSync(join(FIXTURES, 'app_mobilenet/model.keras'), join(models, 'slow.keras'));
  const good = join(FIXTURES, 'dense_activations_celu/model.keras');
  copyFileSync(good, join(models, 'small.keras'));

  const ports = [await freePort(), await freePort(), await freePort()];
  const [server, prometheus, alertmanager] = ports.map((port) => `${HOST}:${port}`);
  await new Promise((resolve) => webhook.listen(0, HOST, resolve));
  quicken(MONITORING, directory, { factor: FACTOR, server, alertmanager, webhook: `${HOST}:${webhook.address().port}` });

  let slipway = serve(ports[0]);
  await until('the server is ready', 180, () => answers(`${server}/health/ready`));
  await until('both models are loaded', 180, async () => (await answers(`${server}/v2/models/slow/ready`)) && answers(`${server}/v2/models/small/ready`));
  start('alertmanager', 'prometheus-alertmanager', [
    `--config.file=${directory}/alertmanager.yml`, `--storage.path=${directory}/alertmanager`, `--web.listen-address=${alertmanager}`, '--cluster.listen-address=',
  ]);
  start('prometheus', 'prometheus', [
    `--config.file=${directory}/prometheus.yml`, `--storage.tsdb.path=${directory}/prometheus`, `--web.listen-address=${prometheus}`,
  ]);
  await checkStack({ server, prometheus, alertmanager }, log);

  log('provoking: a broken file');
  writeFileSync(join(models, 'small.tmp'), 'no model');
  renameSync(join(models, 'small.tmp'), join(models, 'small.keras'));
  await until('the server refuses the broken file', 180, async () => {
    const index = await fetch(`http://${server}/v2/repository/index`, { method: 'POST' });
    return (await index.json()).some((version) => version.name === 'small' && version.reason !== '');
  });
  await fires('ticket/SlipwayReloadFailing');
  // What a stall of this machine lets fire, two scrapes that were late, clears again; what the broken file lets fire does not.
  await until('nothing else fires', 180, () => heard.size === 1);

  // Not before: under such load a scrape may take longer than this test gives it, and an alert's time begins anew.
  log('provoking: a full queue, deadlines that pass');
  const rows = await slowRows(server);
  log(`12 clients with ${rows} rows a request`);
  const stopLoad = pressure(server, await predictBody(server, 'slow', rows), 12);
  const stopErrors = pressure(server, await predictBody(server, 'slow', 1), 4, { 'Slipway-Timeout': '1ms' });
  await fires('page/SlipwayErrorBudgetBurnsFast');
  await fires('page/SlipwayLatencyHigh');

  log(`letting go; slow: ${JSON.stringify(await stopLoad())}, with a deadline of 1 ms: ${JSON.stringify(await stopErrors())}`);
  copyFileSync(good, join(models, 'small.keras'));
  const stopTraffic = pressure(server, await predictBody(server, 'slow', 1), 1);
  await clears('page/SlipwayErrorBudgetBurnsFast');
  await clears('page/SlipwayLatencyHigh');
  await clears('ticket/SlipwayReloadFailing');
  await stopTraffic();

  log('killing the server');
  slipway.kill('SIGKILL');
  await fires('page/SlipwayDown');
  slipway = serve(ports[0]);
  await clears('page/SlipwayDown');
}

let failure;
try {
  await run();
} catch (e) {
  failure = e;
}
processes.forEach((each) => each.kill('SIGKILL'));
webhook.close();
webhook.closeAllConnections();
if (failure) {
  console.error(failure);
  console.error(said.join('\n'));
  for (const name of ['slipway', 'prometheus', 'alertmanager']) {
    console.error(`-- ${name}\n${tail(join(directory, `${name}.log`))}`);
  }
}
rmSync(directory, { recursive: true, force: true });
if (failure) {
  process.exit(1);
}
log('alerts fire and clear');

function tail(file) {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(-20).join('\n');
  } catch {
    return '(nothing)';
  }
}
