package dev.slipway.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApiKeysTest {
    private static final LocalDate DAY = LocalDate.of(2026, 1, 2);

    @TempDir
    Path directory;

    private static ApiKey.Created create(String name, Scope scope) {
        return ApiKey.create(name, scope, new SecureRandom(), DAY);
    }

    @Test
    void areFoundByTheWholeKeyOnly() {
        Path file = directory.resolve("keys");
        ApiKey.Created ci = create("ci", Scope.PREDICT);
        ApiKey.Created boss = create("boss", Scope.ADMIN);
        ApiKeys.add(file, ci.line());
        ApiKeys.add(file, boss.line());

        ApiKeys keys = ApiKeys.read(file);

        assertThat(keys.find(ci.key())).contains(new Identity("key:ci", Scope.PREDICT));
        assertThat(keys.find(boss.key())).contains(new Identity("key:boss", Scope.ADMIN));
        String last = ci.key().substring(ci.key().length() - 1);
        for (String wrong : List.of(
                "",
                "slipway_",
                ci.key().substring(0, ci.key().length() - 1),
                ci.key().substring(0, ci.key().length() - 1) + (last.equals("0") ? "1" : "0"),
                ci.key() + " ",
                ci.key().toUpperCase(java.util.Locale.ROOT),
                create("ci", Scope.ADMIN).key(),
                "slipway_" + ci.line().id() + "_" + "0".repeat(64),
                "slipway_00000000_" + "0".repeat(64),
                ci.line().hash())) {
            assertThat(keys.find(wrong)).as(wrong).isEmpty();
        }
        assertThat(ApiKeys.none().find(ci.key())).isEmpty();
    }

    @Test
    void areKeptAsHashesThatOnlyTheOwnerReads() throws IOException {
        Path file = directory.resolve("keys");
        ApiKey.Created key = create("ci", Scope.PREDICT);
        ApiKeys.add(file, key.line());

        assertThat(key.key()).matches("slipway_[0-9a-f]{8}_[0-9a-f]{64}");
        assertThat(Files.readString(file))
                .contains("predict", "2026-01-02 ci\n")
                .doesNotContain(key.key().substring(17));
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void canBeTakenAway() {
        Path file = directory.resolve("keys");
        ApiKey.Created ci = create("ci", Scope.PREDICT);
        ApiKeys.add(file, ci.line());
        ApiKeys.add(file, create("boss", Scope.ADMIN).line());

        assertThatThrownBy(() -> ApiKeys.remove(file, "c"))
                .hasMessage("name: 'c' (expected: one of ci, boss), at " + file);
        ApiKeys.remove(file, "ci");

        assertThat(ApiKeys.read(file).find(ci.key())).isEmpty();
        assertThat(ApiKeys.read(file).all()).extracting(ApiKey::name).containsExactly("boss");
    }

    @Test
    void haveDifferentNames() {
        Path file = directory.resolve("keys");
        ApiKeys.add(file, create("ci", Scope.PREDICT).line());

        assertThatThrownBy(() -> ApiKeys.add(file, create("ci", Scope.ADMIN).line()))
                .isInstanceOf(SecurityConfigException.class)
                .hasMessageContaining("name: 'ci' (expected: a name that has no key yet), at " + file);
        for (String name : Set.of("", "a b", "a\nb", "x".repeat(65), "é")) {
            assertThatThrownBy(() -> create(name, Scope.PREDICT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("name: '");
        }
    }

    @Test
    void refuseALineThatIsNone() throws IOException {
        Path file = directory.resolve("keys");
        String good = create("ci", Scope.PREDICT).line().line();
        for (String bad :
                List.of("x", good + " y", good.replace("predict", "all"), good.substring(1), good + "\n" + good)) {
            Files.writeString(file, "# keys\n\n" + bad + "\n");

            assertThatThrownBy(() -> ApiKeys.read(file))
                    .as(bad)
                    .isInstanceOf(SecurityConfigException.class)
                    .hasMessageMatching("(?s)keys: .*, at .*, line [34]");
        }
    }
}
