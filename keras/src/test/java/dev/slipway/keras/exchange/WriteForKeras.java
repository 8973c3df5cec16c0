package dev.slipway.keras.exchange;

import java.io.IOException;
import java.nio.file.Path;

/** Writes models of every kind into a folder, for real Keras to read. */
final class WriteForKeras {
    private WriteForKeras() {}

    public static void main(String[] args) throws IOException {
        SpecimenWriter writer = new SpecimenWriter(Path.of(args[0]));
        StoredModels.write(writer);
        TrainedModels.write(writer);
        BuiltModels.write(writer);
        writer.tell();
    }
}
