package dev.slipway.keras.fuzz;

import java.io.IOException;
import java.nio.file.Files;

/** What Jazzer calls with the bytes that it makes; {@code -Ddoor=H5} says for which {@link Door}. */
public final class ReaderFuzzer {
    private static final Door DOOR = Door.valueOf(System.getProperty("door", "H5"));

    private ReaderFuzzer() {}

    /** Loads one model: to instrument the classes takes longer than a try may. */
    public static void fuzzerInitialize() throws IOException {
        Door.ARCHIVE.open(Files.readAllBytes(Corpus.ARCHIVE));
        DOOR.open(new byte[0]);
    }

    /**
     * Tries some bytes.
     *
     * @param bytes whatever Jazzer thinks of
     */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        DOOR.open(bytes);
    }
}
