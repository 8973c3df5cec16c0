// node check-monitoring.mjs ROOT: Prometheus takes all PromQL, its metrics are documented, every alert has its page, its severity and
// its test, the autoscalers follow what their adapter makes, and the dashboard is what its source makes. ROOT is the repository, or a copy of it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { adapterMetrics, dashboards, expressions, requiredMetrics, rules } from './monitoring.mjs';
import { plain } from './promql.mjs';

const root = process.argv[2];
const monitoring = join(root, 'deploy/monitoring');
const problems = [];

function stopIfThereAreProblems() {
  problems.forEach((problem) => console.error(problem));
  if (problems.length > 0) {
    process.exit(1);
  }
}

/** What promtool says of each expression, as if all were rules: it parses them and knows functions and types. */
function promtool(found) {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-promql-'));
  try {
    const file = join(directory, 'rules.yml');
    const named = found.map(({ expression }, i) => ({ record: `expression_${i}`, expr: plain(expression) }));
    writeFileSync(file, stringify({ groups: [{ name: 'expressions', rules: named }] }));
    const { error, status, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    if (error) {
      throw error;
    }
    const refused = [...stderr.matchAll(/"expression_(\d+)": (.*)/g)].map(([, i, said]) => `${found[i].where}: ${said}`);
    return status === 0 || refused.length > 0 ? refused : [stderr];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

problems.push(...promtool(expressions(monitoring)));
stopIfThereAreProblems();

const reference = readFileSync(join(root, 'docs/reference/metrics.md'), 'utf8');
const documented = new Set([...reference.matchAll(/`([a-z_]+)(\*?)`/g)].map((match) => match[1] + match[2]));
const families = [...documented].filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));

function isDocumented(metric) {
  const family = metric.replace(/_(bucket|sum|count)$/, '');
  return documented.has(metric) || documented.has(family) || families.some((prefix) => metric.startsWith(prefix));
}

for (const metric of requiredMetrics(monitoring)) {
  if (!isDocumented(metric)) {
    problems.push(`${metric}: used by a rule or panel (expected: a metric of docs/reference/metrics.md)`);
  }
}

const tests = readFileSync(join(monitoring, 'alerts_test.yml'), 'utf8');
const alerts = rules(monitoring).filter((rule) => rule.alert);
for (const { alert, labels, annotations } of alerts) {
  const page = `docs/runbooks/${alert}.md`;
  if (!existsSync(join(root, page))) {
    problems.push(`${alert}: no runbook (expected: ${page})`);
  }
  if (!annotations?.runbook_url?.endsWith(`/${page}`)) {
    problems.push(`${alert}: runbook_url is ${annotations?.runbook_url} (expected: an address that ends with /${page})`);
  }
  if (!['page', 'ticket'].includes(labels?.severity)) {
    problems.push(`${alert}: severity is ${labels?.severity} (expected: page or ticket)`);
  }
  if (!tests.includes(`alertname="${alert}"`) && !tests.includes(`alertname: ${alert}`)) {
    problems.push(`${alert}: no test in alerts_test.yml lets it fire`);
  }
}

const offered = adapterMetrics(monitoring).map(({ name }) => name.as);
for (const file of ['deploy/kubernetes/base/horizontalpodautoscaler.yaml', 'deploy/helm/slipway/templates/horizontalpodautoscaler.yaml']) {
  const followed = [...readFileSync(join(root, file), 'utf8').matchAll(/^ +pods:\n +metric:\n +name: (\S+)$/gm)].map(([, name]) => name);
  if (followed.length !== 1 || !offered.includes(followed[0])) {
    problems.push(`${file}: follows ${followed} (expected: one metric that the adapter makes, ${offered})`);
  }
}

const made = execFileSync(process.execPath, [join(import.meta.dirname, 'dashboard.mjs')], { encoding: 'utf8' });
for (const { file } of dashboards(monitoring)) {
  if (readFileSync(file, 'utf8') !== made) {
    problems.push(`${file}: not what scripts/tools/dashboard.mjs writes; write it again, or change that`);
  }
}

stopIfThereAreProblems();
console.log(`${expressions(monitoring).length} expressions; ${alerts.length} alerts with runbooks and tests; ${requiredMetrics(monitoring).size} metrics, all documented`);
