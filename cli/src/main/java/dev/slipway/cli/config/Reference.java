package dev.slipway.cli.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The page of all settings, made from the records that hold them. */
final class Reference {
    private static final String HEAD = """
            # Settings of `slipway serve`

            This page is made from the records that hold the settings (`mvn test -pl cli -Dtest=ReferenceTest
            -Dslipway.write-reference=true` writes it again).

            A setting is given by a flag, by a variable of the environment or in a file (`slipway serve --config slipway.yaml`);
            the first of them wins, and the default comes last. `slipway serve --check` checks all settings and prints those in
            force, each with the place it came from.

            - Keys stand in sections: `serve.port` is the key `port` of the section `serve`.
            - Sizes and durations have units: `512KiB`, `16MiB`; `500ms`, `30s`, `5m`, `2h`, `1d`.
            - Lists are YAML lists; in flags and the environment, commas separate their elements.
            - Names of files in the file are relative to its directory.
            - A value may be `${env:NAME}` or `${file:PATH}`: it is read from there and never printed.
            - An unknown key, a value of another type or out of its range is refused with line and column.
            - *live*: a running server takes up a changed value on SIGHUP. The others need a restart; the log names them.
            """;

    private Reference() {}

    static String of(Record defaults) {
        Schema<? extends Record> schema = new Schema<>(defaults);
        StringBuilder page = new StringBuilder(HEAD);
        for (Map.Entry<String, String> section : schema.sections().entrySet()) {
            String prefix = section.getKey() + ".";
            List<Key> keys = schema.keys().stream()
                    .filter(key -> key.name().startsWith(prefix) && key.name().indexOf('.', prefix.length()) < 0)
                    .toList();
            page.append("\n## ").append(section.getKey()).append("\n\n").append(section.getValue());
            page.append("\n\n| key | flag, variable | type | default | |\n|---|---|---|---|---|\n");
            keys.forEach(key -> page.append(row(key)).append('\n'));
        }
        return page.toString();
    }

    private static String row(Key key) {
        String byDefault = isOfThisMachine(key)
                ? ""
                : key.kind().show(key.byDefault()).stream()
                        .map(text -> "`" + text + "`")
                        .collect(Collectors.joining(", "));
        return "| `" + key.name() + "` | `" + key.flag() + "`<br>`" + key.variable() + "` | "
                + key.kind().name() + " | " + byDefault + " | " + key.description() + (key.live() ? " *live*" : "")
                + " |";
    }

    private static boolean isOfThisMachine(Key key) {
        return key.name().equals("serve.event-loops");
    }
}
