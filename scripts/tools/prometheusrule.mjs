// Writes deploy/kubernetes/monitoring/prometheusrule.yaml and the rules in the Helm chart from deploy/monitoring/rules:
// 'node scripts/tools/prometheusrule.mjs' after a change there. 'node ... --check ROOT' only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ruleGroups } from './monitoring.mjs';

const NOTE = '# Written by scripts/tools/prometheusrule.mjs from deploy/monitoring/rules.\n';
const checked = process.argv[2] === '--check' ? process.argv[3] : undefined;
const root = checked ?? join(import.meta.dirname, '../..');
const groups = ruleGroups(join(root, 'deploy/monitoring'));
const labels = { 'app.kubernetes.io/name': 'slipway' };
const resource = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'slipway', labels }, spec: { groups } };

const written = {
  'deploy/kubernetes/monitoring/prometheusrule.yaml': NOTE + stringify(resource, { lineWidth: 0 }),
  'deploy/helm/slipway/files/slipway.rules.yml': NOTE + stringify({ groups }, { lineWidth: 0 }),
};
for (const [file, text] of Object.entries(written)) {
  const path = join(root, file);
  if (!checked) {
    writeFileSync(path, text);
  } else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${file}: not the rules of deploy/monitoring; run 'node scripts/tools/prometheusrule.mjs'`);
    process.exitCode = 1;
  }
}
