package dev.slipway.keras.fuzz;

import dev.slipway.graph.SlipwayException;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.ReadLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A way by which a stranger's bytes come in. Each loads them and lowers what was loaded, or throws {@link SlipwayException};
 * whatever else happens is a defect.
 */
enum Door {
    /** A {@code .h5} file. */
    H5 {
        @Override
        void pass(byte[] bytes) throws IOException {
            Files.write(file(), bytes);
            load(file());
        }
    },

    /** The zip of a {@code .keras} file. */
    ARCHIVE {
        @Override
        void pass(byte[] bytes) throws IOException {
            Files.write(file(), bytes);
            load(file());
        }
    },

    /** The weights of a {@code .keras} file whose checksums and architecture are whole. */
    WEIGHTS {
        @Override
        void pass(byte[] bytes) throws IOException {
            Map<String, byte[]> members = unzip(Files.readAllBytes(Corpus.ARCHIVE));
            members.put("model.weights.h5", bytes);
            Files.write(file(), zip(members));
            load(file());
        }
    },

    /** The architecture of a {@code .keras} file whose weights are whole. */
    CONFIG {
        @Override
        void pass(byte[] bytes) throws IOException {
            Map<String, byte[]> members = unzip(Files.readAllBytes(Corpus.ARCHIVE));
            members.put("config.json", bytes);
            Files.write(file(), zip(members));
            load(file());
        }
    },

    /** What {@code model.to_json()} of any Keras gave, with weights that hardly ever fit. */
    JSON {
        @Override
        void pass(byte[] bytes) throws IOException {
            Files.write(file(), bytes);
            Model.load(file(), Corpus.OLD_WEIGHTS, LayerRegistry.builtIn(), ReadLimits.defaults())
                    .close();
        }
    };

    private static final Path FILE = temporary();

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("fuzz", ".model");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path file() {
        return FILE;
    }

    abstract void pass(byte[] bytes) throws IOException;

    /** Lets bytes in; they may be refused. */
    final void open(byte[] bytes) throws IOException {
        try {
            pass(bytes);
        } catch (SlipwayException refused) {
            if (refused.getMessage() == null || refused.getMessage().isBlank()) {
                throw new AssertionError("refused without a reason", refused);
            }
        }
    }

    /** The folder of its inputs, in the corpus and among the cases found. */
    final String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static void load(Path file) {
        try (Model model = Model.load(file)) {
            model.toOnnx();
        }
    }

    static Map<String, byte[]> unzip(byte[] archive) throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                members.put(entry.getName(), zip.readAllBytes());
            }
        }
        return members;
    }

    private static byte[] zip(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                zip.putNextEntry(new ZipEntry(member.getKey()));
                zip.write(member.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
