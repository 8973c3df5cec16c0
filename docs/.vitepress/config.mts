import { defineConfig } from 'vitepress'
import { sidebar } from './sidebar.mts'
import { linksIntoTheSourceTree } from './source-links.mts'

export default defineConfig({
  title: 'Slipway',
  description: 'Keras for the JVM, and the road from the notebook to production',
  lang: 'en-GB',
  // Pages are served below the name of the repository; DOCS_BASE is '/name/' there.
  base: process.env.DOCS_BASE ?? '/',
  // Work flows build the same pages from the same sources: no dates, no external fonts, no calls to others.
  lastUpdated: false,
  cleanUrls: false,
  metaChunk: true,
  vite: { publicDir: false, logLevel: 'warn' },
  markdown: {
    config: linksIntoTheSourceTree
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Serve', link: '/guides/serve' },
      { text: 'Train', link: '/guides/train' },
      { text: 'Operate', link: '/guides/operate' },
      { text: 'Reference', link: '/reference/configuration' },
      { text: 'Comparison', link: '/comparison' }
    ],
    sidebar: sidebar(),
    footer: { message: 'Apache License 2.0' }
  }
})
