package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Origin;
import dev.slipway.runtime.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A {@code .keras} file: a zip of {@code metadata.json}, {@code config.json} and {@code model.weights.h5}.
 *
 * <p>Source: {@code keras.src.saving.saving_lib} of Keras 3; variables are found by position.
 */
final class KerasArchive extends KerasFile {
    private static final String ASSETS = "assets/";

    private final ObjectNode config;
    private final String version;
    private final String backend;
    private final Dialect dialect;
    private final Hdf5Reader weights;
    private final Map<String, String> assets;
    private final Keras2Archive places;

    private KerasArchive(Path path, ZipFile zip, ReadLimits limits) throws IOException {
        super(path, limits);
        ObjectNode metadata = parse("metadata.json", member(zip, "metadata.json", limits.configBytes()));
        this.version = metadata.path("keras_version").asText("");
        this.backend = metadata.path(KerasArchiveWriter.BACKEND).asText("");
        ObjectNode written = parse("config.json", member(zip, "config.json", limits.configBytes()));
        this.dialect = Dialect.of(path.toString(), version, written);
        this.config =
                dialect.toKeras3(written, version, dialect.backend(backend, written.path("compile_config"), written));
        this.assets = assets(zip, limits.configBytes());
        this.weights = new Hdf5Reader(path, region(zip, "model.weights.h5"), limits);
        this.places = new Keras2Archive(weights);
    }

    static KerasArchive openArchive(Path path, ReadLimits limits) {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            return new KerasArchive(path, zip, limits);
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            // IllegalArgumentException is what the JDK throws for a member's name that is not text.
            throw new MalformedFileException(path, "broken zip: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Every vocabulary; all together must not be longer than a configuration, where they could stand as well. */
    private Map<String, String> assets(ZipFile zip, int maxBytes) throws IOException {
        Map<String, String> texts = new HashMap<>();
        int left = maxBytes;
        for (ZipEntry entry : List.copyOf(zip.stream().toList())) {
            String name = entry.getName().replace('\\', '/');
            if (name.startsWith(ASSETS) && name.endsWith("/vocabulary.txt")) {
                byte[] bytes = member(zip, entry.getName(), left);
                left -= bytes.length;
                texts.put(name.substring(ASSETS.length()), text(name, bytes));
            }
        }
        return texts;
    }

    private String text(String name, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(path(), name + ": bytes that are no UTF-8 (expected: text)", e);
        }
    }

    @Override
    public Optional<String> asset(String name) {
        return Optional.ofNullable(assets.get(name));
    }

    @Override
    public Tensor read(String place, DataType type, Shape shape) {
        return weights.read(place, type, shape);
    }

    /** A short member. */
    private byte[] member(ZipFile zip, String name, int maxBytes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        unpack(zip, requireEntry(zip, name), maxBytes, bytes);
        return bytes.toByteArray();
    }

    private ZipEntry requireEntry(ZipFile zip, String name) {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new MalformedFileException(path(), "no " + name + " in the zip (expected: a .keras file of Keras 3)");
        }
        return entry;
    }

    /** A long member: where it lies in this file if it is stored as it is, which Keras does, or else unpacked. */
    private FileRegion region(ZipFile zip, String name) throws IOException {
        ZipEntry entry = requireEntry(zip, name);
        Optional<FileRegion> stored = StoredMember.find(path(), zip, entry);
        if (stored.isEmpty()) {
            return unpacked(zip, entry);
        }
        FileRegion region = stored.get();
        if (region.crc32() != entry.getCrc()) {
            region.close();
            throw wrongChecksum(entry);
        }
        return region;
    }

    private FileRegion unpacked(ZipFile zip, ZipEntry entry) throws IOException {
        Path temporary = Files.createTempFile("slipway", ".h5");
        FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        try {
            unpack(zip, entry, limits().bytesFrom(path().toFile().length()), Channels.newOutputStream(channel));
            return new FileRegion(channel, 0, channel.size());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Unpacks a member as it comes, whatever size the zip declares: what is not there takes no room. The JDK does not
     * compare checksums by itself.
     */
    private void unpack(ZipFile zip, ZipEntry entry, long maxBytes, OutputStream to) throws IOException {
        CRC32 checksum = new CRC32();
        try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
            byte[] chunk = new byte[1 << 16];
            long total = 0;
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                total += count;
                if (total > maxBytes) {
                    throw new MalformedFileException(
                            path(), entry.getName() + ": unpacks to more (expected: <= " + maxBytes + " bytes)");
                }
                to.write(chunk, 0, count);
            }
        }
        if (checksum.getValue() != entry.getCrc()) {
            throw wrongChecksum(entry);
        }
    }

    private MalformedFileException wrongChecksum(ZipEntry entry) {
        return new MalformedFileException(
                path(), entry.getName() + ": wrong checksum (expected: bytes as they were written)");
    }

    @Override
    public ObjectNode architecture() {
        return config;
    }

    @Override
    public Optional<ObjectNode> compileConfig() {
        // Of a model that was never compiled, newer Kerases write an empty one.
        if (!(config.get("compile_config") instanceof ObjectNode found) || found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                dialect == Dialect.KERAS_3 ? found : Keras2Training.compileConfig(found.deepCopy(), kerasVersion()));
    }

    @Override
    public Origin origin() {
        return dialect.origin(version, backend, config.path("compile_config"), config);
    }

    @Override
    public String kerasVersion() {
        return version;
    }

    /** As Keras 3, refuses weights that nothing would read, such as those of layers that were quantized inside another. */
    @Override
    public void expect(List<StoredVariable> variables) {
        super.expect(variables);
        if (dialect != Dialect.KERAS_3) {
            return;
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (StoredVariable variable : variables) {
            for (String place : all(variable)) {
                counts.merge(place.substring(0, place.lastIndexOf('/')), 1, Integer::sum);
            }
        }
        counts.forEach((group, expected) -> {
            if (weights.exists(group + "/" + expected)) {
                throw new MalformedFileException(
                        path(), "more weights (expected: " + expected + " by the layer's configuration), at " + group);
            }
        });
    }

    private static List<String> all(StoredVariable variable) {
        List<String> places = new ArrayList<>(variable.copies());
        places.add(variable.archivePath());
        return places;
    }

    @Override
    public boolean stores(StoredVariable variable) {
        return weights.exists(place(variable));
    }

    @Override
    public Tensor read(StoredVariable variable) {
        return weights.read(place(variable), variable.type(), variable.shape());
    }

    private String place(StoredVariable variable) {
        return dialect == Dialect.KERAS_3 ? variable.archivePath() : places.place(variable.archivePath());
    }

    @Override
    public List<Content> optimizerVariables(List<StoredVariable> trained) {
        return TrainingFile.optimizerVariables(weights);
    }

    @Override
    public void close() {
        weights.close();
    }
}
