package dev.slipway.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Messages of gRPC as they come, of which none may become longer than a limit. */
final class MessageReaderTest {
    private static final int MAX_BYTES = 1000;

    private final List<String> messages = new ArrayList<>();

    private MessageReader reader(boolean gzip) {
        return reader(gzip ? Optional.of(MessageReader.Packing.GZIP) : Optional.empty());
    }

    private MessageReader reader(Optional<MessageReader.Packing> packing) {
        return new MessageReader(
                MAX_BYTES, packing, message -> messages.add(new String(message, StandardCharsets.US_ASCII)));
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static Buffer message(boolean compressed, byte[] bytes) {
        return Buffer.buffer()
                .appendByte((byte) (compressed ? 1 : 0))
                .appendInt(bytes.length)
                .appendBytes(bytes);
    }

    private static GrpcException refused(MessageReader reader, Buffer sent) {
        return catchThrowableOfType(GrpcException.class, () -> reader.read(sent));
    }

    @Test
    void readsMessagesHoweverTheyAreCut() {
        Buffer sent =
                message(false, "plain".getBytes(StandardCharsets.US_ASCII)).appendBuffer(message(true, gzip("packed")));
        MessageReader reader = reader(true);
        for (int at = 0; at < sent.length(); at++) {
            reader.read(Buffer.buffer(sent.getBytes(at, at + 1)));
        }
        reader.end();

        assertThat(messages).containsExactly("plain", "packed");
    }

    /** As Python's clients call it, and pack it. */
    @Test
    void readsDeflatedMessages() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write("packed".getBytes(StandardCharsets.US_ASCII));
        }
        reader(MessageReader.Packing.find("deflate")).read(message(true, packed.toByteArray()));

        assertThat(messages).containsExactly("packed");
    }

    @Test
    void unpacksNoMoreThanTheLimit() {
        byte[] bomb = gzip(" ".repeat(200 * MAX_BYTES));
        assertThat(bomb).hasSizeLessThan(MAX_BYTES);
        GrpcException refused = refused(reader(true), message(true, bomb));

        assertThat(refused.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
        assertThat(refused).hasMessageEndingWith("(expected: at most " + MAX_BYTES + ")");
        assertThat(messages).isEmpty();
    }

    @Test
    void waitsForNoMessageThatSaysItIsLonger() {
        Buffer beginning = Buffer.buffer().appendByte((byte) 0).appendUnsignedInt(4_294_967_295L);

        assertThat(refused(reader(false), beginning).status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
    }

    @Test
    void refusesWhatIsNotPackedAsItSays() {
        byte[] text = "text".getBytes(StandardCharsets.US_ASCII);

        assertThat(refused(reader(true), message(true, text)).status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
        assertThat(refused(reader(false), message(true, gzip("text"))).status()).isEqualTo(GrpcStatus.UNIMPLEMENTED);
    }
}
