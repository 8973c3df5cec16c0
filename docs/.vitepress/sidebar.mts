import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const docs = join(dirname(fileURLToPath(import.meta.url)), '..')

/** The order of the sections that have one; a new folder comes after them by itself, under its own name. */
const sections: Record<string, string> = {
  guides: 'Guides',
  protocols: 'Protocols',
  operate: 'Operate',
  deploy: 'Deploy',
  runbooks: 'Runbooks',
  reference: 'Reference',
  decisions: 'Decisions'
}

/** The order of the pages that have one; others follow by their names. */
const first = ['notebook-to-production.md', 'serve.md', 'train.md', 'operate.md', 'configuration.md', 'cli.md']

interface Item {
  text: string
  link: string
}

/** Every page of every folder: a page that is added is in the sidebar without a line here. */
export function sidebar() {
  const folders = readdirSync(docs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map((entry) => entry.name)
    .filter((name) => pages(name).length > 0)
  const known = Object.keys(sections).filter((name) => folders.includes(name))
  const others = folders.filter((name) => !(name in sections)).sort()
  return [
    ...[...known, ...others].map((name) => ({
      text: sections[name] ?? name[0].toUpperCase() + name.slice(1),
      collapsed: name === 'decisions' || name === 'runbooks',
      items: pages(name).map((page) => item(name, page))
    })),
    { text: 'More', items: pages('.').filter((page) => page !== 'index.md').map((page) => item('.', page)) }
  ]
}

function pages(folder: string): string[] {
  return readdirSync(join(docs, folder))
    .filter((name) => name.endsWith('.md'))
    .sort((a, b) => place(a) - place(b) || a.localeCompare(b))
}

function place(page: string): number {
  const at = first.indexOf(page)
  return at < 0 ? first.length : at
}

function item(folder: string, page: string): Item {
  return { text: title(join(docs, folder, page)), link: `/${join(folder, page).replace(/\.md$/, '')}` }
}

/** What the page's first heading says, without its marks. */
function title(file: string): string {
  const heading = readFileSync(file, 'utf8').match(/^# (.+)$/m)
  if (!heading) {
    throw new Error(`${file}: no heading (expected: a line that begins with '# ')`)
  }
  return heading[1].replace(/[`*]/g, '')
}
