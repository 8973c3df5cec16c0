package dev.slipway.keras.models;

import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.KerasTensor.Application;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Weight;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The table that Keras 3's {@code model.summary()} prints.
 *
 * <p>Source: {@code keras.src.utils.summary_utils} of Keras 3.
 */
final class Summary {
    private final boolean expandNested;
    private final boolean showsConnections;
    private final List<List<String>> rows = new ArrayList<>();

    private Summary(Network network, boolean expandNested) {
        this.expandNested = expandNested;
        this.showsConnections = !isChain(network);
        List<String> head = new ArrayList<>(List.of("Layer (type)", "Output Shape", "Param #"));
        if (showsConnections) {
            head.add("Connected to");
        }
        rows.add(head);
        addRows(network, 0);
    }

    static String of(Model model, boolean expandNested) {
        List<Weight> trained =
                model.weights().stream().filter(Weight::trainable).toList();
        List<Weight> others =
                model.weights().stream().filter(weight -> !weight.trainable()).toList();
        ParameterCount trainable = ParameterCount.of(trained);
        ParameterCount fixed = ParameterCount.of(others);
        Optional<ParameterCount> optimizer = model.optimizerState().map(ParameterCount::of);
        ParameterCount all = trainable.plus(fixed);
        return "Model: \"" + model.name() + "\"\n"
                + table(new Summary(model.network(), expandNested).rows)
                + line(" Total params", optimizer.map(all::plus).orElse(all))
                + line(" Trainable params", trainable)
                + line(" Non-trainable params", fixed)
                + optimizer.map(count -> line(" Optimizer params", count)).orElse("");
    }

    /** Whether there is one input, and each layer is used once, by one other at most. */
    private static boolean isChain(Network network) {
        Set<Layer> layers = new HashSet<>();
        Set<Layer> used = new HashSet<>();
        return network.inputs().size() == 1
                && network.applications().stream().allMatch(use -> {
                    List<KerasTensor> inputs = use.arguments().tensors();
                    return layers.add(use.layer())
                            && inputs.size() <= 1
                            && inputs.stream()
                                    .allMatch(input -> used.add(input.source().layer()));
                });
    }

    /** A Sequential does not list its input. */
    private void addRows(Network network, int depth) {
        network.layers().forEach((name, layer) -> {
            if (network.kind() == Network.Kind.FUNCTIONAL || !(layer instanceof InputLayer)) {
                rows.add(row(network, name, layer, depth));
                if (expandNested && layer instanceof Network nested) {
                    addRows(nested, depth + 1);
                }
            }
        });
    }

    /** As in Keras, what the last use of a layer gives, where uses give other shapes. */
    private List<String> row(Network network, String name, Layer layer, int depth) {
        List<Application> uses = network.applications().stream()
                .filter(use -> use.layer().equals(layer))
                .toList();
        Layer.Child child = network.children(List.of()).stream()
                .filter(c -> c.layer().equals(layer))
                .findFirst()
                .orElseThrow();
        List<KerasTensor> results = layer instanceof InputLayer
                ? KerasTensor.of(layer, List.of())
                : KerasTensor.of(layer, uses.get(uses.size() - 1).arguments());
        List<String> shapes = results.stream().map(t -> shape(t.shape())).toList();
        String prefix = depth == 0 ? "" : "   ".repeat(depth) + "└ ";
        List<String> row = new ArrayList<>(List.of(
                prefix + name + " (" + layer.className() + ")",
                shapes.size() == 1 ? shapes.get(0) : shapes.toString(),
                String.format(
                        Locale.ROOT,
                        "%,d",
                        ParameterCount.of(Weight.of("", layer, child.inputs())).count())));
        if (showsConnections) {
            String sources = uses.stream()
                    .flatMap(use -> use.arguments().tensors().stream())
                    .map(t -> network.nameOf(t.source().layer()) + "[" + use(network, t) + "][" + t.index() + "]")
                    .collect(Collectors.joining(", "));
            row.add(sources.isEmpty() ? "-" : sources);
        }
        return row;
    }

    /** Which of the uses of its layer gives a tensor. */
    private static int use(Network network, KerasTensor tensor) {
        return network.applications().stream()
                .filter(use -> use.layer().equals(tensor.source().layer()))
                .toList()
                .indexOf(tensor.source());
    }

    private static String shape(Shape shape) {
        return shape.dimensions().stream()
                .map(d -> d.isKnown() ? d.toString() : "None")
                .collect(Collectors.joining(", ", "(", ")"));
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

    private static String line(String label, ParameterCount count) {
        return label + ": " + count + "\n";
    }
}
