// node check-units.mjs SCRIPT: systemd itself reads the units that a script writes to /etc/systemd/system. The units and programs that
// they ask for are on the machine that they are for, and not here; so only what systemd says of their lines counts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = process.argv[2];
const units = [...readFileSync(script, 'utf8').matchAll(/^cat >\/etc\/systemd\/system\/(\S+) <<EOF\n([^]*?)^EOF$/gm)];
const root = mkdtempSync(join(tmpdir(), 'slipway-units-'));
try {
  const directory = join(root, 'etc/systemd/system');
  mkdirSync(directory, { recursive: true });
  // As bash writes them: \\ is one, a variable has a value.
  units.forEach(([, name, text]) => writeFileSync(join(directory, name), text.replaceAll('\\\\', '\\').replaceAll(/\$\w+/g, '8000')));
  const names = units.map(([, name]) => name);
  const { error, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', `--root=${root}`, ...names], { encoding: 'utf8' });
  if (error) {
    throw error;
  }
  const problems = stderr.split('\n').filter((line) => line.startsWith(directory));
  problems.forEach((line) => console.error(`${script}: ${line.slice(directory.length + 1)}`));
  if (problems.length > 0 || units.length === 0) {
    process.exitCode = 1;
  }
  console.log(`${units.length} units`);
} finally {
  rmSync(root, { recursive: true });
}
