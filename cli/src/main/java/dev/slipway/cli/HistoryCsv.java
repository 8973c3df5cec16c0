package dev.slipway.cli;

import dev.slipway.keras.trainers.History;
import java.util.List;
import java.util.Map;

/** A history as CSV: a line an epoch, counted from 1; a metric of the validation is empty where there was none. */
final class HistoryCsv {
    private HistoryCsv() {}

    static String of(History history) {
        StringBuilder csv = new StringBuilder("epoch");
        history.metrics().keySet().forEach(name -> csv.append(',').append(name));
        csv.append('\n');
        int epochs = history.epochs().size();
        for (int i = 0; i < epochs; i++) {
            csv.append(history.epochs().get(i) + 1);
            for (Map.Entry<String, List<Double>> metric : history.metrics().entrySet()) {
                csv.append(',').append(at(metric.getValue(), i, epochs));
            }
            csv.append('\n');
        }
        return csv.toString();
    }

    /** Validation after every k-th epoch has one k-th of the values. */
    static String at(List<Double> values, int epoch, int epochs) {
        if (values.size() == epochs) {
            return String.valueOf(values.get(epoch));
        }
        int every = values.isEmpty() ? epochs + 1 : epochs / values.size();
        boolean there = (epoch + 1) % every == 0 && (epoch + 1) / every <= values.size();
        return there ? String.valueOf(values.get((epoch + 1) / every - 1)) : "";
    }
}
