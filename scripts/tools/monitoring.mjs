// The files of deploy/monitoring, read: their expressions, alerts and metrics.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { metricsOf } from './promql.mjs';

const read = (file) => readFileSync(file, 'utf8');
const files = (directory, end) => readdirSync(directory).filter((name) => name.endsWith(end)).map((name) => join(directory, name));

/** The groups of rules of a directory like deploy/monitoring. */
export const ruleGroups = (monitoring) => files(join(monitoring, 'rules'), '.rules.yml').flatMap((file) => parse(read(file)).groups);

export const rules = (monitoring) => ruleGroups(monitoring).flatMap((group) => group.rules);

export const dashboards = (monitoring) =>
  files(join(monitoring, 'dashboards'), '.json').map((file) => ({ file, dashboard: JSON.parse(read(file)) }));

/** The metrics that the autoscaler's adapter makes. */
export const adapterMetrics = (monitoring) => parse(read(join(monitoring, '../kubernetes/monitoring/adapter-values.yaml'))).rules.custom;

function adapterExpressions(monitoring) {
  return adapterMetrics(monitoring).flatMap(({ name, seriesQuery, metricsQuery }) =>
    [seriesQuery, metricsQuery].map((expression) => ({ where: `metric ${name.as} of the adapter`, expression })),
  );
}

/** Every expression of the rules, the dashboards and the adapter, with where it stands. */
export function expressions(monitoring) {
  const ofRules = rules(monitoring).map((rule) => ({ where: `rule ${rule.alert ?? rule.record}`, expression: rule.expr }));
  const ofPanels = dashboards(monitoring).flatMap(({ dashboard }) =>
    dashboard.panels.flatMap((panel) =>
      (panel.targets ?? []).map((target) => ({ where: `panel '${panel.title}' of ${dashboard.title}`, expression: target.expr })),
    ),
  );
  return [...ofRules, ...ofPanels, ...adapterExpressions(monitoring)];
}

/** The metrics that servers must have for these expressions: those that no rule records. */
export function requiredMetrics(monitoring) {
  const recorded = new Set(rules(monitoring).map((rule) => rule.record));
  const used = expressions(monitoring).flatMap(({ where, expression }) => {
    try {
      return [...metricsOf(expression)];
    } catch (e) {
      throw new Error(`${where}: ${e.message}`, { cause: e });
    }
  });
  return new Set(used.filter((name) => !recorded.has(name) && name !== 'up' && name !== 'ALERTS'));
}
