// The integration suite: what must hold of a server, the Prometheus that scrapes it, its Alertmanager and, where there is one,
// its Grafana. 'scripts/test-alerts' runs it with Debian's packages, 'deploy/compose/test' with the containers:
//   node check-stack.mjs server=HOST:PORT prometheus=HOST:PORT alertmanager=HOST:PORT [grafana=HOST:PORT]
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { requiredMetrics, rules } from './monitoring.mjs';

const MONITORING = join(import.meta.dirname, '../../deploy/monitoring');

async function json(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return response.json();
}

async function within(seconds, what, holds) {
  const end = Date.now() + seconds * 1000;
  let last;
  do {
    try {
      return await holds();
    } catch (e) {
      last = e;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  } while (Date.now() < end);
  throw new Error(`${what}: not within ${seconds} s`, { cause: last });
}

const filled = ([length, ...rest]) => (length === undefined ? 0.5 : Array.from({ length }, () => filled(rest)));

/** A body for POST /v1/models/NAME:predict of so many rows. */
export async function predictBody(server, model, rows) {
  const { inputs } = await json(`http://${server}/v2/models/${model}`);
  return JSON.stringify({ instances: filled([rows, ...inputs[0].shape.slice(1)]) });
}

/** Throws unless all of it holds; 'say' hears of each part that does. */
export async function checkStack({ server, prometheus, alertmanager, grafana }, say) {
  await within(120, 'the server is ready', () => json(`http://${server}/health/ready`));
  const index = await (await fetch(`http://${server}/v2/repository/index`, { method: 'POST' })).json();
  const model = index.find((each) => each.state === 'READY')?.name;
  assert.ok(model, `a model is ready; found: ${JSON.stringify(index)}`);
  const answer = await fetch(`http://${server}/v1/models/${model}:predict`, { method: 'POST', body: await predictBody(server, model, 2) });
  assert.equal(answer.status, 200, await answer.clone().text());
  assert.equal((await answer.json()).predictions.length, 2);
  say(`the server is ready and ${model} predicts`);

  const query = async (expression) =>
    (await json(`http://${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`)).data.result;
  await within(60, 'Prometheus counts the prediction', async () => {
    assert.equal((await query(`sum(slipway_requests_total{job="slipway", model="${model}", code="200"}) >= 1`)).length, 1);
  });
  // The server begins to watch the JVM at the first scrape, so some are in a later one only.
  await within(60, 'Prometheus scrapes every metric that rules or panels read', async () => {
    const scraped = new Set((await query('count by (__name__) ({job="slipway"})')).map((each) => each.metric.__name__));
    assert.deepEqual([...requiredMetrics(MONITORING)].filter((name) => !scraped.has(name)), []);
  });
  say(`Prometheus counts it, and scrapes all ${requiredMetrics(MONITORING).size} metrics of the rules and panels`);

  await within(60, 'Prometheus evaluates the rules', async () => {
    const loaded = (await json(`http://${prometheus}/api/v1/rules`)).data.groups.flatMap((group) => group.rules);
    assert.equal(loaded.length, rules(MONITORING).length);
    assert.deepEqual(loaded.filter((rule) => rule.health !== 'ok').map((rule) => `${rule.name}: ${rule.lastError}`), []);
  });
  say(`Prometheus evaluates all ${rules(MONITORING).length} rules`);

  await within(60, 'Prometheus knows its Alertmanager', async () => {
    assert.equal((await json(`http://${prometheus}/api/v1/alertmanagers`)).data.activeAlertmanagers.length, 1);
  });
  assert.ok((await json(`http://${alertmanager}/api/v2/status`)).config.original.includes('severity="page"'));
  say('Prometheus knows its Alertmanager, which has our routes');

  if (grafana) {
    await within(120, 'Grafana has the dashboard', () => json(`http://${grafana}/api/dashboards/uid/slipway`));
    const frames = await json(`http://${grafana}/api/datasources/proxy/uid/prometheus/api/v1/query?query=slipway_info`);
    assert.ok(frames.data.result.length > 0, 'Grafana reaches Prometheus');
    say('Grafana has the dashboard and reaches Prometheus');
  }
}

if (process.argv[1] === import.meta.filename) {
  await checkStack(Object.fromEntries(process.argv.slice(2).map((each) => each.split('='))), (what) => console.log(`ok: ${what}`));
}
