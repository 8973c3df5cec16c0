package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.slipway.graph.SlipwayException;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.MalformedFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes of a file are, it loads or is refused by a {@link SlipwayException}, in bounded time and in the
 * gigabyte of heap that tests run in. {@code JAVA_TOOL_OPTIONS=-Dfuzz=20} tries twenty times as many damages.
 */
class HostileFilesTest {
    private static final long SEED = 20_240_607;
    /** A hang, not a slow machine. */
    private static final Duration CEILING = Duration.ofSeconds(60);

    private static final String WEIGHTS = "model.weights.h5";

    @TempDir
    Path folder = Path.of("");

    static Stream<Path> fixtures() {
        return Stream.of(
                Fixtures.training("optimizer_adam").resolve("final"),
                Fixtures.training("loss_sparse_categorical").resolve("final"),
                Fixtures.inference("graphs_multi_io_shared").resolve("model"),
                Fixtures.inference("graphs_nested_reused").resolve("model"),
                Fixtures.inference("preprocessing_normalization").resolve("model"));
    }

    static Stream<Path> hdf5() {
        return Stream.concat(
                fixtures().map(fixture -> fixture.resolveSibling(fixture.getFileName() + ".h5")),
                Stream.of(Fixtures.keras2("sequential_2_0.h5"), Fixtures.keras2("functional_2_2.h5")));
    }

    @ParameterizedTest
    @MethodSource("hdf5")
    void loadsOrRefusesDamagedHdf5(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        fuzz(300, random -> damaged(whole, random));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void loadsOrRefusesDamagedArchives(Path fixture) throws IOException {
        Path archive = fixture.resolveSibling(fixture.getFileName() + ".keras");
        byte[] whole = Files.readAllBytes(archive);
        Map<String, byte[]> members = unzip(archive);
        fuzz(100, random -> damaged(whole, random));
        for (String member : List.of("config.json", WEIGHTS)) {
            fuzz(200, random -> {
                Map<String, byte[]> changed = new LinkedHashMap<>(members);
                changed.computeIfPresent(member, (k, bytes) -> damaged(bytes, random));
                return zip(changed);
            });
        }
    }

    @Test
    void refusesLayersThatNoOutputNeeds() {
        Path file = archiveOf(functional("net", input("in"), activation("a", "in", 0), activation("b", "in", 0)));
        assertThatThrownBy(() -> loadInTime(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no output depends on layer 'a' (Activation)");
    }

    /** Makes the bytes of a file. */
    private interface Damage {
        byte[] apply(SplittableRandom random) throws IOException;
    }

    private void fuzz(int times, Damage damage) throws IOException {
        Path file = folder.resolve("damaged");
        for (int i = 0; i < times * Integer.getInteger("fuzz", 1); i++) {
            long seed = SEED + i;
            Files.write(file, damage.apply(new SplittableRandom(seed)));
            try {
                loadInTime(file);
            } catch (SlipwayException refused) {
                assertThat(refused.getMessage()).as("seed %d", seed).isNotBlank();
            } catch (Throwable e) {
                Files.copy(file, Path.of("target", "hostile-" + seed));
                throw new AssertionError("seed " + seed + ", kept as target/hostile-" + seed, e);
            }
        }
    }

    private static void loadInTime(Path file) {
        assertTimeoutPreemptively(CEILING, () -> Model.load(file).close());
    }

    /** A few flipped bits, an overwritten range, or a missing end. */
    private static byte[] damaged(byte[] whole, SplittableRandom random) {
        byte[] bytes = whole.clone();
        switch (random.nextInt(6)) {
            case 0 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 1 -> {
                int start = random.nextInt(bytes.length);
                byte value = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
                Arrays.fill(bytes, start, Math.min(bytes.length, start + 1 + random.nextInt(64)), value);
            }
            default -> {
                for (int flips = 1 << random.nextInt(6); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return bytes;
    }

    @Test
    void refusesMoreWeightsThanTheFileCanHold() {
        Path file = archiveOf(sequential(dense("dense", "2147483647")));
        assertThatThrownBy(() -> loadInTime(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("the largest 'dense/kernel' [3, 2147483647] (expected: <= 67108864 bytes");
    }

    @Test
    void refusesWeightsWhoseNumberOverflows() {
        String lengths = "[null, 4611686018427387904, 4611686018427387904, 2]";
        Path file = archiveOf(sequential("{\"class_name\": \"Flatten\", \"config\": {\"name\": \"flatten\"}}")
                .replace("[null, 3]", lengths));
        assertThatThrownBy(() -> loadInTime(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("network 's': ");
    }

    @Test
    void refusesBombs() throws IOException {
        Map<String, byte[]> members = unzip(archiveOf(sequential(dense("dense", "2"))));
        members.put(WEIGHTS, new byte[100 << 20]);
        Path file = folder.resolve("bomb.keras");
        Files.write(file, zip(members));
        assertThatThrownBy(() -> loadInTime(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageEndingWith("model.weights.h5: unpacks to more (expected: <= 67108864 bytes)");
    }

    @Test
    void refusesChunksThatAreMuchLongerThanTheirData() {
        assertThatThrownBy(() -> loadWeights("chunk_bomb.weights.h5"))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageEndingWith("chunks of 12582912 bytes, 12582912 in all (expected: <= 1048576 for 24 bytes of"
                        + " data), at layers/dense/vars/0");
    }

    @Test
    void followsNoLinks() {
        assertThatThrownBy(() -> loadWeights("link.weights.h5"))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageEndingWith("a link (expected: none), at layers/dense/vars/0");
    }

    private static void loadWeights(String file) {
        try (Model model = Model.sequential(InputLayer.of(2), Dense.of(3))) {
            model.loadWeights(Fixtures.hostile(file));
        }
    }

    @Test
    void refusesDeepNesting() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        Path file = archiveOf(sequential(dense("dense", deep)));
        assertThatThrownBy(() -> loadInTime(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("config.json is not JSON");
        String networks = dense("dense", "1");
        for (int i = 0; i < 40; i++) {
            networks = sequential(networks);
        }
        Path nested = archiveOf(networks);
        assertThatThrownBy(() -> loadInTime(nested))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("networks in networks: 33 (expected: at most 32)");
    }

    @Test
    void refusesNetworksThatDoubleAtEveryLevel() {
        String doubling = functional("net", input("in"), activation("a", "in", 0), activation("b", "a", 0));
        for (int i = 0; i < 20; i++) {
            doubling = functional("net", input("in"), used("twice", doubling, "in"), activation("b", "twice", 1));
        }
        Path file = archiveOf(doubling);
        assertThatThrownBy(() -> loadInTime(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("uses of layers (expected: at most 10000)");
    }

    @Test
    void refusesCycles() {
        Path file = archiveOf(functional("net", input("in"), activation("a", "b", 0), activation("b", "a", 0)));
        assertThatThrownBy(() -> loadInTime(file))
                .hasMessage("layers [a, b]: depend on each other or on layers that do not exist");
    }

    @Test
    void refusesTwoLayersOfOneName() {
        Path file = archiveOf(functional("net", input("in"), activation("b", "in", 0), activation("b", "in", 0)));
        assertThatThrownBy(() -> loadInTime(file))
                .hasMessage("network 'net': two layers named 'b' (expected: different names)");
        Path chain = archiveOf(sequential(dense("dense", "1") + "," + dense("dense", "1")));
        assertThatThrownBy(() -> loadInTime(chain))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("two layers named 'dense' (expected: different names)");
    }

    @Test
    void refusesNegativeLengths() {
        Path units = archiveOf(sequential(dense("dense", "-1")));
        assertThatThrownBy(() -> loadInTime(units))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("units: -1 (expected: >= 1)");
        Path shape = archiveOf(sequential(dense("dense", "1")).replace("[null, 3]", "[null, -3]"));
        assertThatThrownBy(() -> loadInTime(shape))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("batch_shape = [null,-3] (expected: a list of lengths and nulls)");
    }

    @Test
    void readsLongChainsWithoutOverflowingTheStack() {
        String layers = IntStream.range(0, 9_000)
                .mapToObj(i -> "{\"class_name\": \"Activation\", \"config\": {\"name\": \"a" + i
                        + "\", \"activation\": \"relu\"}}")
                .collect(Collectors.joining(","));
        loadInTime(archiveOf(sequential(layers)));
    }

    @Test
    void refusesLongChainsInManyNetworks() {
        String networks =
                IntStream.range(0, 4_000).mapToObj(i -> dense("d" + i, "1")).collect(Collectors.joining(","));
        for (int i = 0; i < 32; i++) {
            networks = sequential(networks);
        }
        Path file = archiveOf(networks);
        assertThatThrownBy(() -> loadInTime(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("12006 uses of layers (expected: at most 10000)");
    }

    @Test
    void neverWritesMembersToTheDisk() throws IOException {
        Map<String, byte[]> members = unzip(archiveOf(sequential(dense("dense", "2"))));
        members.put("../escaped", new byte[8]);
        members.remove("metadata.json");
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.write(inner.resolve("model.keras"), zip(members));
        assertThatThrownBy(() -> loadInTime(inner.resolve("model.keras")))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("no metadata.json in the zip");
        assertThat(folder.resolve("escaped")).doesNotExist();
    }

    @Test
    void refusesWhatIsNoModelFile() throws IOException {
        Path empty = Files.write(folder.resolve("empty.keras"), new byte[0]);
        Path text = Files.writeString(folder.resolve("notes.h5"), "not a model");
        for (Path file : List.of(empty, text)) {
            assertThatThrownBy(() -> loadInTime(file))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("neither a zip (.keras) nor an HDF5 file (.h5)");
        }
        assertThatThrownBy(() -> loadInTime(folder))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("a directory (expected: a Keras model file");
        assertThatThrownBy(() -> loadInTime(folder.resolve("missing.keras")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void refusesWeightsThatWereChangedInTheZip() throws IOException {
        Path whole = Fixtures.training("optimizer_adam").resolve("final.keras");
        byte[] bytes = Files.readAllBytes(whole);
        byte[] weights = Objects.requireNonNull(unzip(whole).get(WEIGHTS));
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\u0089HDF") + weights.length - 1;
        bytes[at] ^= 1;
        Path file = Files.write(folder.resolve("changed.keras"), bytes);
        assertThatThrownBy(() -> loadInTime(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("model.weights.h5: wrong checksum");
    }

    private static String sequential(String layers) {
        return """
            {"class_name": "Sequential", "config": {"name": "s", "layers": [
            {"class_name": "InputLayer", "config": {"name": "input", "batch_shape": [null, 3]}}, %s]}}""".formatted(layers);
    }

    private static String dense(String name, String units) {
        return "{\"class_name\": \"Dense\", \"config\": {\"name\": \"%s\", \"units\": %s}}".formatted(name, units);
    }

    private static String functional(String name, String... layers) {
        return """
            {"class_name": "Functional", "config": {"name": "%s", "layers": [%s],
            "input_layers": [["in", 0, 0]], "output_layers": [["b", 0, 0]]}}""".formatted(name, String.join(",", layers));
    }

    private static String input(String name) {
        return """
            {"class_name": "InputLayer", "name": "%s", "config": {"name": "%s", "batch_shape": [null, 3]},
            "inbound_nodes": []}""".formatted(name, name);
    }

    private static String activation(String name, String from, int node) {
        return """
            {"class_name": "Activation", "name": "%s", "config": {"name": "%s", "activation": "relu"},
            "inbound_nodes": [%s]}""".formatted(name, name, node(from, node));
    }

    /** A network applied to a tensor, and then to its own result. */
    private static String used(String name, String network, String from) {
        return network.replace("\"name\": \"net\"", "\"name\": \"" + name + "\"")
                .replaceFirst(
                        "\\{",
                        "{\"name\": \"%s\", \"inbound_nodes\": [%s, %s],"
                                .formatted(name, node(from, 0), node(name, 0)));
    }

    private static String node(String from, int node) {
        return """
            {"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["%s", %d, 0]}}],
            "kwargs": {}}""".formatted(from, node);
    }

    /** The architecture with the metadata and weights of another model. */
    private Path archiveOf(String config) {
        try {
            Map<String, byte[]> members =
                    unzip(Fixtures.training("optimizer_adam").resolve("final.keras"));
            members.put("config.json", config.getBytes(StandardCharsets.UTF_8));
            return Files.write(folder.resolve("made.keras"), zip(members));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> unzip(Path archive) throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                members.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
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
