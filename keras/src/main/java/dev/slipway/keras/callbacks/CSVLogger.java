package dev.slipway.keras.callbacks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.saving.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Writes a line of loss and metrics into a CSV file after every epoch. The columns are those of the first epoch, sorted; a
 * metric that a later epoch does not have is {@code NA} there.
 *
 * <p>Source: {@code keras.callbacks.CSVLogger} of Keras 3.9.
 */
public final class CSVLogger implements Callback {
    /** What the csv module of Python ends lines with. */
    private static final String END = "\r\n";

    private final Path file;
    private final String separator;
    private final boolean append;
    private List<String> columns = List.of();
    private int kept = -1;
    private int written;

    private CSVLogger(Config config, Path directory) {
        file = directory.resolve(Arguments.text(config, "filename", "the name of the file"));
        separator = config.text("separator", ",");
        append = config.truth("append", false);
    }

    /**
     * Keras's arguments and defaults: {@code filename}, {@code separator} (a comma), {@code append} (false).
     *
     * @param arguments the arguments that are not the defaults
     * @param directory where the file's name begins
     * @return the callback
     * @throws dev.slipway.keras.config.ConfigException if there is no such argument
     */
    public static CSVLogger of(ObjectNode arguments, Path directory) {
        return Arguments.read("CSVLogger", arguments, config -> new CSVLogger(config, directory));
    }

    @Override
    public void onTrainBegin(TrainingRun run) {
        columns = List.of();
        kept = append ? Integer.MAX_VALUE : 0;
        written = 0;
    }

    /** Lines of epochs that are trained again are written again. */
    @Override
    public void resume(Snapshot snapshot) {
        kept = snapshot.integer("lines");
        written = kept;
        List<String> names = new ArrayList<>();
        snapshot.values().path("columns").forEach(name -> names.add(name.asText()));
        columns = names;
    }

    @Override
    public Snapshot snapshot() {
        ObjectNode values = Config.json().put("lines", written);
        columns.forEach(values.putArray("columns")::add);
        return Snapshot.of(values);
    }

    @Override
    public void onEpochEnd(int epoch, Map<String, Double> logs) {
        boolean begins = kept >= 0;
        List<String> lines = begins ? new ArrayList<>(keptLines()) : new ArrayList<>();
        written = begins ? lines.size() : written;
        if (columns.isEmpty()) {
            columns = List.copyOf(new TreeSet<>(logs.keySet()));
            if (written == 0) {
                lines.add("epoch" + separator + String.join(separator, columns));
            }
        }
        StringBuilder line = new StringBuilder().append(epoch);
        for (String column : columns) {
            line.append(separator).append(logs.containsKey(column) ? logs.get(column) : "NA");
        }
        lines.add(line.toString());
        byte[] text = (String.join(END, lines) + END).getBytes(StandardCharsets.UTF_8);
        if (begins) {
            AtomicFile.write(file, text);
        } else {
            AtomicFile.append(file, text);
        }
        written = begins ? lines.size() : written + lines.size();
        kept = -1;
    }

    /** The lines that are to stay. */
    private List<String> keptLines() {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            return lines.subList(0, Math.min(kept, lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
