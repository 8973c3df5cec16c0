package dev.slipway.cli;

import dev.slipway.keras.trainers.History;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The curves of a training as SVG: a panel for the loss and for every metric, with what the rows that were learnt from gave
 * and what the validation gave.
 *
 * @param history the training
 */
record Curves(History history) {
    private static final int WIDTH = 640;
    private static final int PANEL = 220;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 34;
    private static final int BOTTOM = 30;
    private static final int TICKS = 4;

    /** A point of a curve: epoch, counted from 1, and value. */
    private record Point(double epoch, double value) {}

    String svg() {
        List<String> names = history.metrics().keySet().stream()
                .filter(name -> !name.startsWith("val_"))
                .toList();
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"11\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                PANEL * Math.max(1, names.size())));
        for (int i = 0; i < names.size(); i++) {
            svg.append(panel(names.get(i), i * PANEL));
        }
        return svg.append("</svg>\n").toString();
    }

    private String panel(String name, int top) {
        Map<String, List<Point>> curves = new LinkedHashMap<>();
        curves.put("training", points(name));
        if (history.metrics().containsKey("val_" + name)) {
            curves.put("validation", points("val_" + name));
        }
        List<Point> all = curves.values().stream().flatMap(List::stream).toList();
        double least = all.stream().mapToDouble(Point::value).min().orElse(0);
        double greatest = all.stream().mapToDouble(Point::value).max().orElse(1);
        double margin = greatest > least ? 0 : Math.max(Math.abs(least), 1) / 2;
        Scale scale = new Scale(
                history.epochs().get(0) + 1,
                history.epochs().get(history.epochs().size() - 1) + 1,
                least - margin,
                greatest + margin,
                top);
        StringBuilder svg = new StringBuilder(text(LEFT, top + 18, "start", "#000", name));
        svg.append(scale.axes());
        String[] colors = {"#1f77b4", "#d95f02"};
        int index = 0;
        for (Map.Entry<String, List<Point>> curve : curves.entrySet()) {
            svg.append(scale.line(curve.getValue(), colors[index]));
            svg.append(text(
                    WIDTH - RIGHT - 90 * (curves.size() - 1 - index), top + 18, "end", colors[index], curve.getKey()));
            index++;
        }
        return svg.toString();
    }

    private List<Point> points(String name) {
        List<Double> values = history.get(name);
        List<Point> points = new ArrayList<>();
        int epochs = history.epochs().size();
        for (int i = 0; i < epochs; i++) {
            String value = HistoryCsv.at(values, i, epochs);
            if (!value.isEmpty() && Double.isFinite(Double.parseDouble(value))) {
                points.add(new Point(history.epochs().get(i) + 1, Double.parseDouble(value)));
            }
        }
        return points;
    }

    private static String text(double x, double y, String anchor, String color, String content) {
        String escaped = content.replace("&", "&amp;").replace("<", "&lt;");
        return String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                color,
                escaped);
    }

    /** From numbers to places in the drawing. */
    private record Scale(double first, double last, double least, double greatest, int top) {
        double x(double epoch) {
            double part = last > first ? (epoch - first) / (last - first) : 0.5;
            return LEFT + part * (WIDTH - LEFT - RIGHT);
        }

        double y(double value) {
            return top + TOP + (greatest - value) / (greatest - least) * (PANEL - TOP - BOTTOM);
        }

        String axes() {
            StringBuilder svg = new StringBuilder();
            for (int i = 0; i <= TICKS; i++) {
                double value = least + (greatest - least) * i / TICKS;
                svg.append(String.format(
                        Locale.ROOT,
                        "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                        LEFT,
                        WIDTH - RIGHT,
                        y(value),
                        y(value)));
                svg.append(text(LEFT - 6, y(value) + 4, "end", "#444", String.format(Locale.ROOT, "%.4g", value)));
            }
            int steps = (int) Math.min(TICKS, last - first);
            for (int i = 0; i <= steps; i++) {
                double epoch = steps == 0 ? first : Math.rint(first + (last - first) * i / steps);
                svg.append(text(x(epoch), top + PANEL - BOTTOM + 16, "middle", "#444", String.valueOf((long) epoch)));
            }
            return svg.toString();
        }

        String line(List<Point> points, String color) {
            StringBuilder svg = new StringBuilder(
                    "<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"" + color + "\" points=\"");
            points.forEach(
                    point -> svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.epoch()), y(point.value()))));
            svg.append("\"/>\n");
            if (points.size() == 1) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle r=\"2.5\" cx=\"%.1f\" cy=\"%.1f\" fill=\"%s\"/>%n",
                        x(points.get(0).epoch()),
                        y(points.get(0).value()),
                        color));
            }
            return svg.toString();
        }
    }
}
