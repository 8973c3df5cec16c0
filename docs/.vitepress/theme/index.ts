// Without fonts of its own: a third of the site's size, and the reader's own font is good.
import DefaultTheme from 'vitepress/theme-without-fonts'

export default DefaultTheme
