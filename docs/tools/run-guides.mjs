// Runs the blocks of the guides as a reader would, and compares what they print. Fails at the first block that fails.
//
//   ```sh run        commands, run by bash in a directory of the page's own that has the examples
//   ```sh serve      a command that serves: started, and stopped when the page ends or the next one starts
//   ```java run      a program, run by java with Slipway's libraries on the class path
//   ```text output   what the block before prints; … is any text in a line, a line of … any lines
//
// Port 8000 in a page is a free port in the run.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../scripts/tools/free-port.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const lib = join(root, 'cli/target/slipway/lib/*')
const BLOCK = /^```(\w+) (run|serve|output)\n([\s\S]*?)^```/gm
const JAVA_OF_README = /^```(java)()\n([\s\S]*?)^```/gm
const START_MILLIS = 180_000
const MOST_MILLIS = 300_000

class Failure extends Error {}

/** A page being run: its directory, its environment, its server. */
class Page {
  constructor(file, port) {
    this.file = file
    this.port = port
    this.directory = mkdtempSync(join(tmpdir(), 'slipway-guide-'))
    cpSync(join(root, 'examples'), join(this.directory, 'examples'), {
      recursive: true,
      filter: (path) => !/[/\\](src|target|pom\.xml)$/.test(path)
    })
    this.env = {
      ...process.env,
      PATH: `${root}:${process.env.PATH}`,
      SLIPWAY_SERVE_PORT: String(port),
      ORT_DISABLE_TELEMETRY: '1'
    }
    this.blocks = 0
    this.printed = ''
  }

  text(block) {
    return block.replaceAll(':8000', `:${this.port}`)
  }

  async run(kind, language, text) {
    if (kind === 'output') {
      this.compare(text)
      return
    }
    this.blocks++
    if (kind === 'serve') {
      await this.serve(this.text(text).trim())
    } else if (language === 'java') {
      this.java(text)
    } else {
      this.execute('bash', ['-euo', 'pipefail', '-c', this.text(text)], text)
    }
  }

  java(program) {
    const name = program.match(/class (\w+)/)[1]
    writeFileSync(join(this.directory, `${name}.java`), program)
    this.execute('java', [`${name}.java`], `the program ${name}`, { CLASSPATH: lib })
  }

  execute(command, args, what, more = {}) {
    const done = spawnSync(command, args, {
      cwd: this.directory,
      env: { ...this.env, ...more },
      encoding: 'utf8',
      timeout: MOST_MILLIS
    })
    if (done.status !== 0) {
      throw new Failure(`exit code ${done.status ?? done.error} of\n${what}\n${done.stdout}${done.stderr}`)
    }
    this.printed = done.stdout
  }

  async serve(command) {
    await this.stop()
    this.server = spawn('bash', ['-c', `exec ${command}`], { cwd: this.directory, env: this.env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    await new Promise((ready, failed) => {
      const late = setTimeout(() => failed(new Failure(`no server after ${START_MILLIS} ms:\n${said}`)), START_MILLIS)
      this.server.stderr.on('data', (chunk) => {
        said += chunk
        if (said.includes('documentation: ')) {
          clearTimeout(late)
          ready()
        }
      })
      this.server.on('exit', (code) => {
        clearTimeout(late)
        failed(new Failure(`exit code ${code} of\n${command}\n${said}`))
      })
    })
  }

  async stop() {
    const { server } = this
    this.server = undefined
    if (server && server.exitCode === null) {
      server.removeAllListeners('exit')
      await new Promise((ended) => {
        server.on('exit', ended)
        server.kill('SIGTERM')
      })
    }
  }

  compare(expected) {
    const pattern = this.text(expected)
      .trimEnd()
      .split('\n')
      .map((line) =>
        line.trim() === '…' ? '(?:.*\\n)*?' : line.split('…').map(escaped).join('.*').trimEnd() + '[ ]*\\n'
      )
      .join('')
    if (!new RegExp(`^${pattern}$`).test(`${this.printed.trimEnd()}\n`)) {
      throw new Failure(`printed:\n${this.printed}\nexpected:\n${expected}`)
    }
  }

  async end() {
    await this.stop()
    rmSync(this.directory, { recursive: true })
  }
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

const guides = join(root, 'docs/guides')
const pages = process.argv.length > 2 ? process.argv.slice(2).map((name) => resolve(name)) : [
  join(root, 'README.md'),
  ...readdirSync(guides).filter((name) => name.endsWith('.md')).map((name) => join(guides, name))
]
let passed = 0
for (const file of pages) {
  const pattern = file.endsWith('README.md') ? JAVA_OF_README : BLOCK
  const page = new Page(file, await freePort())
  try {
    for (const [, language, kind, text] of readFileSync(file, 'utf8').matchAll(pattern)) {
      await page.run(kind || 'run', language, text)
    }
    if (page.blocks === 0) {
      throw new Failure('no block that is run (expected: at least one)')
    }
  } catch (e) {
    if (!(e instanceof Failure)) {
      throw e
    }
    console.error(`${relative(root, file)}: ${e.message}`)
    process.exitCode = 1
    break
  } finally {
    await page.end()
  }
  passed += page.blocks
  console.log(`${relative(root, file)}: ${page.blocks} blocks`)
}
console.log(`run-guides: ${passed} passed, ${process.exitCode ?? 0} failed`)
