// Writes deploy/monitoring/dashboards/slipway.json: the dashboard as code, with Grafana's own typed builders.
// 'node scripts/tools/dashboard.mjs > deploy/monitoring/dashboards/slipway.json' after a change here.
import { DashboardBuilder, DatasourceVariableBuilder, QueryVariableBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TextPanelBuilder } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

const PROMETHEUS = { type: 'prometheus', uid: '${datasource}' };
const SERVERS = 'job=~"$job", instance=~"$instance"';
const MODELS = `${SERVERS}, model=~"$model", model!=""`;
const WINDOW = '[$__rate_interval]';

const query = (expr, legend) => new DataqueryBuilder().expr(expr).legendFormat(legend);

function graph(title, description, unit, ...queries) {
  const panel = new PanelBuilder().title(title).description(description).unit(unit).min(0).span(8).height(8).datasource(PROMETHEUS);
  return queries.reduce((made, each) => made.withTarget(each), panel);
}

const stat = (title, description, unit, expr) =>
  new StatPanelBuilder().title(title).description(description).unit(unit).span(6).height(4).datasource(PROMETHEUS).withTarget(query(expr, ''));

const percentile = (fraction) =>
  query(
    `histogram_quantile(${fraction}, sum by (le) (rate(slipway_request_duration_seconds_bucket{${MODELS}}${WINDOW})))`,
    `p${fraction * 100}`,
  );

const dashboard = new DashboardBuilder('Slipway')
  .uid('slipway')
  .description('Servers of Slipway: docs/deploy/monitoring.md says what the panels mean.')
  .tags(['slipway'])
  .refresh('30s')
  .time({ from: 'now-3h', to: 'now' })
  .timezone('browser')
  .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
  .withVariable(
    new QueryVariableBuilder('job').label('Job').datasource(PROMETHEUS).query('label_values(slipway_info, job)').multi(true).includeAll(true).refresh(2),
  )
  .withVariable(
    new QueryVariableBuilder('instance')
      .label('Instance')
      .datasource(PROMETHEUS)
      .query('label_values(slipway_info{job=~"$job"}, instance)')
      .multi(true)
      .includeAll(true)
      .refresh(2),
  )
  .withVariable(
    new QueryVariableBuilder('model')
      .label('Model')
      .datasource(PROMETHEUS)
      .query('label_values(slipway_model_state{job=~"$job"}, model)')
      .multi(true)
      .includeAll(true)
      .refresh(2),
  )

  .withRow(new RowBuilder('Now'))
  .withPanel(stat('Requests', 'Predictions a second.', 'reqps', `sum(rate(slipway_requests_total{${MODELS}}${WINDOW}))`))
  .withPanel(
    stat(
      'Errors',
      'Share of the predictions that the server failed (5xx). 0.1 % is allowed.',
      'percentunit',
      `(sum(rate(slipway_requests_total{${MODELS}, code=~"5.."}${WINDOW})) or vector(0)) / sum(rate(slipway_requests_total{${MODELS}}${WINDOW}))`,
    ),
  )
  .withPanel(
    stat(
      'Latency, p99',
      'One of a hundred predictions takes longer. Half a second is allowed.',
      's',
      `histogram_quantile(0.99, sum by (le) (rate(slipway_request_duration_seconds_bucket{${MODELS}}${WINDOW})))`,
    ),
  )
  .withPanel(stat('Servers', 'How many answer Prometheus.', 'short', `count(slipway_info{${SERVERS}})`))

  .withRow(new RowBuilder('Traffic and errors'))
  .withPanel(
    graph('Requests by model', 'Predictions a second.', 'reqps', query(`sum by (model) (rate(slipway_requests_total{${MODELS}}${WINDOW}))`, '{{model}}')),
  )
  .withPanel(
    graph(
      'Requests by protocol',
      'http are requests that reach no model: probes, scrapes, wrong addresses.',
      'reqps',
      query(`sum by (protocol) (rate(slipway_requests_total{${SERVERS}}${WINDOW}))`, '{{protocol}}'),
    ),
  )
  .withPanel(
    graph(
      'Answers that are no success',
      '4xx: the client is wrong; 429: the server is full; 5xx: the server failed, or a deadline passed.',
      'reqps',
      query(`sum by (model, code) (rate(slipway_requests_total{${SERVERS}, model=~"$model", code!~"2.."}${WINDOW}))`, '{{model}} {{code}}'),
    ),
  )

  .withRow(new RowBuilder('Latency'))
  .withPanel(
    graph('Percentiles', 'From the arrival of a request to the end of its answer.', 's', percentile(0.5), percentile(0.9), percentile(0.99), percentile(0.999)),
  )
  .withPanel(
    graph(
      'p99 by model',
      '',
      's',
      query(
        `histogram_quantile(0.99, sum by (model, le) (rate(slipway_request_duration_seconds_bucket{${MODELS}}${WINDOW})))`,
        '{{model}}',
      ),
    ),
  )
  .withPanel(
    graph(
      'Where the time goes',
      'Seconds of each stage for each second: decode, queue, predict (in the engine), encode.',
      's',
      query(`sum by (stage) (rate(slipway_stage_duration_seconds_sum{${MODELS}}${WINDOW}))`, '{{stage}}'),
    ),
  )

  .withRow(new RowBuilder('Batches'))
  .withPanel(graph('Rows', 'Rows that were predicted a second.', 'short', query(`sum by (model) (rate(slipway_rows_total{${MODELS}}${WINDOW}))`, '{{model}}')))
  .withPanel(
    graph(
      'Rows in a call of the engine, mean',
      '1: nothing waits together.',
      'short',
      query(
        `sum by (model) (rate(slipway_batch_rows_sum{${MODELS}}${WINDOW})) / sum by (model) (rate(slipway_batch_rows_count{${MODELS}}${WINDOW}))`,
        '{{model}}',
      ),
    ),
  )
  .withPanel(
    graph('Calls of the engine', 'A second.', 'short', query(`sum by (model) (rate(slipway_batch_rows_count{${MODELS}}${WINDOW}))`, '{{model}}')),
  )

  .withRow(new RowBuilder('Models'))
  .withPanel(
    new TablePanelBuilder()
      .title('Versions and their states')
      .description('What each server holds.')
      .span(12)
      .height(8)
      .datasource(PROMETHEUS)
      .withTarget(query(`sum by (instance, model, version, state) (slipway_model_state{${SERVERS}, model=~"$model"})`, '').instant().format('table')),
  )
  .withPanel(
    graph('Requests by version', 'How traffic goes over to a new version.', 'reqps', query(`sum by (model, version) (rate(slipway_requests_total{${MODELS}}${WINDOW}))`, '{{model}} {{version}}')).span(6),
  )
  .withPanel(
    graph(
      'Not loaded',
      'Versions that cannot be loaded, and versions whose newer files are refused.',
      'short',
      query(`sum by (model, version) (slipway_model_state{${SERVERS}, model=~"$model", state="UNAVAILABLE"})`, '{{model}} {{version}} unavailable'),
      query(`sum by (model, version) (slipway_model_stale{${SERVERS}, model=~"$model"})`, '{{model}} {{version}} stale'),
    ).span(6),
  )

  .withRow(new RowBuilder('Saturation'))
  .withPanel(
    graph(
      'Waiting for the engine, p99',
      'Time in the queue. It grows before requests are refused.',
      's',
      query(`histogram_quantile(0.99, sum by (model, le) (rate(slipway_stage_duration_seconds_bucket{${MODELS}, stage="queue"}${WINDOW})))`, '{{model}}'),
    ),
  )
  .withPanel(graph('Processor', 'Cores in use.', 'short', query(`rate(process_cpu_seconds_total{${SERVERS}}${WINDOW})`, '{{instance}}')))
  .withPanel(
    graph(
      'Open files',
      'Share of those the process may open; connections count.',
      'percentunit',
      query(`process_open_fds{${SERVERS}} / process_max_fds{${SERVERS}}`, '{{instance}}'),
    ),
  )

  .withRow(new RowBuilder('Memory'))
  .withPanel(
    graph(
      'Heap',
      '',
      'bytes',
      query(`sum by (instance) (jvm_memory_used_bytes{${SERVERS}, area="heap"})`, '{{instance}} used'),
      query(`sum by (instance) (jvm_memory_max_bytes{${SERVERS}, area="heap"})`, '{{instance}} limit'),
    ),
  )
  .withPanel(
    graph(
      'Process',
      'Resident memory: the JVM and the native memory of the engine.',
      'bytes',
      query(`process_resident_memory_bytes{${SERVERS}}`, '{{instance}} resident'),
      query(`sum by (instance) (jvm_memory_used_bytes{${SERVERS}})`, '{{instance}} used by the JVM'),
      query(`sum by (instance) (jvm_buffer_pool_used_bytes{${SERVERS}})`, '{{instance}} direct buffers'),
    ),
  )
  .withPanel(
    graph(
      'Garbage collection',
      'Share of the time that collections take.',
      'percentunit',
      query(`sum by (instance) (rate(jvm_gc_collection_seconds_sum{${SERVERS}}${WINDOW}))`, '{{instance}}'),
    ),
  )

  .withRow(new RowBuilder('Input drift'))
  .withPanel(
    new TextPanelBuilder()
      .title('Input drift')
      .content('The place of what is to come: how the inputs of a model differ from those it was trained on.')
      .span(24)
      .height(3),
  );

process.stdout.write(`${JSON.stringify(dashboard.build(), null, 2)}\n`);
