package dev.slipway.keras.models;

import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.KerasTensor.Application;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The table that Keras 3's {@code model.summary()} prints. */
final class Summary {
    private static final int BYTES_PER_PARAMETER = 4;

    private Summary() {}

    static String of(Model model) {
        boolean functional = model.network().kind() == Network.Kind.FUNCTIONAL;
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("Layer (type)", "Output Shape", "Param #"));
        if (functional) {
            head.add("Connected to");
        }
        rows.add(head);
        model.network().layers().forEach((name, layer) -> {
            if (functional || !(layer instanceof InputLayer)) {
                rows.add(row(model, name, layer, functional));
            }
        });
        List<Weight> trained =
                model.weights().stream().filter(Weight::trainable).toList();
        long all = Model.count(model.weights());
        long trainable = Model.count(trained);
        return "Model: \"" + model.name() + "\"\n" + table(rows) + line(" Total params", all)
                + line(" Trainable params", trainable) + line(" Non-trainable params", all - trainable);
    }

    private static List<String> row(Model model, String name, Layer layer, boolean functional) {
        List<Application> uses = model.network().applications().stream()
                .filter(use -> use.layer().equals(layer))
                .toList();
        Layer.Child child = model.network().children(List.of()).stream()
                .filter(c -> c.layer().equals(layer))
                .findFirst()
                .orElseThrow();
        List<KerasTensor> results = layer instanceof InputLayer
                ? KerasTensor.of(layer, List.of())
                : KerasTensor.of(layer, uses.get(0).arguments());
        String shapes = results.stream().map(t -> shape(t.shape())).collect(Collectors.joining(", "));
        List<String> row = new ArrayList<>(List.of(
                name + " (" + layer.className() + ")",
                shapes,
                String.format(Locale.ROOT, "%,d", Model.count(Weight.of("", layer, child.inputs())))));
        if (functional) {
            String sources = uses.stream()
                    .flatMap(use -> use.arguments().tensors().stream())
                    .map(t -> model.network().nameOf(t.source().layer()) + "[" + t.index() + "]")
                    .collect(Collectors.joining(", "));
            row.add(sources.isEmpty() ? "-" : sources);
        }
        return row;
    }

    private static String shape(Shape shape) {
        String lengths = shape.dimensions().stream()
                .map(d -> d.isKnown() ? d.toString() : "None")
                .collect(Collectors.joining(", "));
        return "(" + lengths + (shape.rank() == 1 ? ",)" : ")");
    }

    private static String table(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int c = 0; c < columns; c++) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        StringBuilder text = new StringBuilder(rule(widths, "┏", "━", "┳", "┓"));
        for (int r = 0; r < rows.size(); r++) {
            String bar = r == 0 ? "┃" : "│";
            text.append(bar);
            for (int c = 0; c < columns; c++) {
                String cell = rows.get(r).get(c);
                String padding = " ".repeat(widths[c] - cell.length());
                boolean number = r > 0 && c == 2;
                text.append(' ')
                        .append(number ? padding + cell : cell + padding)
                        .append(' ')
                        .append(bar);
            }
            text.append('\n');
            boolean last = r == rows.size() - 1;
            if (last) {
                text.append(rule(widths, "└", "─", "┴", "┘"));
            } else {
                text.append(r == 0 ? rule(widths, "┡", "━", "╇", "┩") : rule(widths, "├", "─", "┼", "┤"));
            }
        }
        return text.toString();
    }

    private static String rule(int[] widths, String left, String dash, String middle, String right) {
        List<String> dashes = new ArrayList<>();
        for (int width : widths) {
            dashes.add(dash.repeat(width + 2));
        }
        return left + String.join(middle, dashes) + right + "\n";
    }

    private static String line(String label, long count) {
        double bytes = (double) count * BYTES_PER_PARAMETER;
        String[] units = {"B", "KB", "MB", "GB"};
        int unit = 0;
        while (bytes >= 1024 && unit < units.length - 1) {
            bytes /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%s: %,d (%.2f %s)\n", label, count, bytes, units[unit]);
    }
}
