// node plan-terraform.mjs DIRECTORY: Terraform itself validates and plans each root module below it with the values of its example, and
// refuses what the modules say they refuse. The provider is a stand-in; nothing is made.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standIn } from './google-stand-in.mjs';

const [source] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'slipway-terraform-'));
const problems = [];

const code = readdirSync(source, { recursive: true })
  .filter((file) => file.endsWith('.tf') && !file.includes('.terraform'))
  .map((file) => readFileSync(join(source, file), 'utf8'))
  .join('\n');
const types = [...new Set([...code.matchAll(/^resource "(\w+)"/gm)].map(([, type]) => type))];

// A developer's own values, state and settings would make another plan; the stand-in reads no resource of a state.
const isOwn = (path) => /\.terraform$|\.tfvars(\.json)?$|\.tfstate/.test(path);
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TF_')));

function terraform(root, reattach, ...command) {
  const child = spawn('terraform', [`-chdir=${join(work, root)}`, ...command, '-no-color'], {
    env: { ...environment, TF_CLI_CONFIG_FILE: '/dev/null', TF_REATTACH_PROVIDERS: reattach, TF_IN_AUTOMATION: 'true', CHECKPOINT_DISABLE: 'true' },
  });
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (said += text));
  return new Promise((ended) => child.on('close', (status) => ended({ status, said })));
}

// What each root plans with its example and other values; or why it refuses.
const PLANS = [
  ['cloud-run', {}, 'Plan: 10 to add'],
  ['cloud-run', { image: '' }, 'Plan: 8 to add'],
  ['cloud-run', { invokers: '["allUsers"]' }, 'invokers: expected members by name'],
  ['cloud-run', { name: 'own' }, 'name: expected 6 to 30'],
  ['vm', {}, 'Plan: 20 to add'],
  ['vm', { prefix: 'other' }, 'Plan: 20 to add', 'gs://my-project-slipway-models/other'],
  ['vm', { ssh_ranges: '["0.0.0.0/0"]' }, 'none of them the whole internet'],
  ['vm', { client_ranges: '[]' }, 'client_ranges: expected ranges'],
];

const provider = await standIn(types);
try {
  cpSync(source, work, { recursive: true, filter: (path) => !isOwn(path) });
  for (const root of new Set(PLANS.map(([name]) => name))) {
    for (const command of [['init', '-backend=false', '-input=false'], ['validate']]) {
      const { status, said } = await terraform(root, provider.reattach, ...command);
      if (status !== 0) problems.push(`${root}: terraform ${command[0]}\n${said}`);
    }
  }
  for (const [root, values, ...expected] of problems.length === 0 ? PLANS : []) {
    const given = Object.entries(values).map(([name, value]) => `-var=${name}=${value}`);
    const { status, said } = await terraform(root, provider.reattach, 'plan', '-input=false', '-lock=false', '-var-file=terraform.tfvars.example', ...given);
    const isPlanned = status === 0;
    if (isPlanned !== expected[0].startsWith('Plan') || !expected.every((text) => said.replace(/\s+/g, ' ').includes(text))) {
      problems.push(`${root}: terraform plan ${given.join(' ')} (expected: ${expected})\n${said}`);
    }
  }
} finally {
  provider.end();
  rmSync(work, { recursive: true, force: true });
}
problems.forEach((problem) => console.error(problem));
process.exitCode = problems.length > 0 ? 1 : 0;
