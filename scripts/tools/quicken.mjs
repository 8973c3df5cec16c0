// The monitoring of deploy/monitoring for a test: the same rules, routes and jobs, with times that are shorter by a factor and
// addresses of this machine.
import { mkdirSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ruleGroups } from './monitoring.mjs';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86400 };

/** A duration such as 5m, shorter by the factor; at least a second. */
function shorten(duration, factor) {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(duration);
  return `${Math.max(1, Math.round((number * SECONDS[unit]) / factor))}s`;
}

function quickRule(rule, factor) {
  const expr = rule.expr.replace(/(\[|offset )(\d+[smhd])/g, (_, before, duration) => before + shorten(duration, factor));
  return { ...rule, expr, ...(rule.for ? { for: shorten(rule.for, factor) } : {}) };
}

const read = (monitoring, file) => parse(readFileSync(join(monitoring, file), 'utf8'));

/** Writes prometheus.yml, rules and alertmanager.yml into a directory. Addresses are host:port. */
export function quicken(monitoring, directory, { factor, server, alertmanager, webhook }) {
  const groups = ruleGroups(monitoring).map((group) => ({ ...group, rules: group.rules.map((rule) => quickRule(rule, factor)) }));
  mkdirSync(join(directory, 'rules'), { recursive: true });
  writeFileSync(join(directory, 'rules/quick.rules.yml'), stringify({ groups }));

  const prometheus = read(monitoring, 'prometheus.yml');
  prometheus.global = { scrape_interval: '2s', evaluation_interval: '1s' };
  prometheus.alerting.alertmanagers[0].static_configs[0].targets = [alertmanager];
  prometheus.scrape_configs.find((job) => job.job_name === 'slipway').static_configs[0].targets = [server];
  writeFileSync(join(directory, 'prometheus.yml'), stringify(prometheus));

  const routes = read(monitoring, 'alertmanager.yml');
  Object.assign(routes.route, { group_wait: '1s', group_interval: '1s' });
  routes.receivers.forEach((receiver) => {
    receiver.webhook_configs = [{ url: `http://${webhook}/${receiver.name}`, send_resolved: true }];
  });
  writeFileSync(join(directory, 'alertmanager.yml'), stringify(routes));
}
