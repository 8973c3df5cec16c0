// What PromQL says, by the grammar that Prometheus's own page uses.
import { parser } from '@prometheus-io/lezer-promql';

/** An expression with values where Grafana and prometheus-adapter put theirs. */
export const plain = (expression) =>
  expression
    .replaceAll('$__rate_interval', '5m')
    .replace(/\$\{?\w+\}?/g, 'x')
    .replaceAll('<<.GroupBy>>', 'pod')
    .replaceAll('<<.LabelMatchers>>', 'pod="x"');

/** The metrics that an expression reads; throws if it is none. */
export function metricsOf(expression) {
  const text = plain(expression);
  const names = new Set();
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) {
        throw new Error(`not PromQL at character ${node.from}: ${text}`);
      }
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector') {
        names.add(text.slice(node.from, node.to));
      }
    },
  });
  if (text.trim() === '') {
    throw new Error('no expression');
  }
  return names;
}
