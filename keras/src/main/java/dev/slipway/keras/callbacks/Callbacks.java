package dev.slipway.keras.callbacks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Nearest;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The callbacks that can be made of a name and arguments alone, by their Keras names. */
public final class Callbacks {
    private static final Map<String, Maker> BY_NAME = byName();

    private Callbacks() {}

    @FunctionalInterface
    private interface Maker {
        Callback make(ObjectNode arguments, Path directory);
    }

    private static Map<String, Maker> byName() {
        Map<String, Maker> makers = new TreeMap<>();
        makers.put("BackupAndRestore", BackupAndRestore::of);
        makers.put("CSVLogger", CSVLogger::of);
        makers.put("EarlyStopping", (arguments, directory) -> EarlyStopping.of(arguments));
        makers.put("ModelCheckpoint", ModelCheckpoint::of);
        makers.put("ReduceLROnPlateau", (arguments, directory) -> ReduceLROnPlateau.of(arguments));
        makers.put(
                "TensorBoard", (arguments, directory) -> TensorBoard.of(arguments, directory, InstantSource.system()));
        makers.put("TerminateOnNaN", (arguments, directory) -> {
            new Config("TerminateOnNaN", arguments).refuseOthers();
            return new TerminateOnNaN();
        });
        return makers;
    }

    /**
     * A callback.
     *
     * @param className its Keras class name
     * @param arguments Keras's arguments that are not the defaults
     * @param directory where names of files in the arguments begin
     * @return the callback
     * @throws ConfigException if there is no such callback or argument
     */
    public static Callback of(String className, ObjectNode arguments, Path directory) {
        Maker maker = BY_NAME.get(className);
        if (maker == null) {
            throw new ConfigException("callback '" + className + "' (expected: one of " + BY_NAME.keySet()
                    + "; nearest: " + Nearest.to(className, BY_NAME.keySet()) + ")");
        }
        return maker.make(arguments, directory);
    }

    /**
     * The callbacks known.
     *
     * @return sorted
     */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }
}
