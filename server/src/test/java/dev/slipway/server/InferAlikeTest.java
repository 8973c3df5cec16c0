package dev.slipway.server;

import static dev.slipway.server.FuzzedBytes.any;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.InferWire.Asked;
import dev.slipway.server.InferWire.Content;
import dev.slipway.server.InferWire.Kind;
import dev.slipway.server.InferWire.Question;
import dev.slipway.server.InferWire.Reply;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The same request, good or bad, gets the same answer or the same fault over REST in JSON and in binary, and over gRPC typed and
 * raw: in the same words over REST and gRPC. {@code -Dfuzz=100} tries a hundred times as many.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InferAlikeTest {
    private static final int QUESTIONS = 250 * Integer.getInteger("fuzz", 1);

    private static final List<String> DATATYPES = List.of("BOOL", "INT8", "INT32", "INT64", "FP32", "FP64", "BYTES");
    private static final List<Object> PARAMETERS =
            List.of(0, 60_000_000, -1, "soon", true, BigInteger.valueOf(60_000_000), Long.MAX_VALUE);

    private ModelServer server;
    private List<InferWire> wires;

    @BeforeAll
    void start() {
        server = FuzzedServer.start();
        wires = List.of(
                new RestWire(server.address(), false),
                new RestWire(server.address(), true),
                new GrpcWire(server.port(), false),
                new GrpcWire(server.port(), true));
    }

    @AfterAll
    void stop() {
        wires.forEach(InferWire::close);
        server.close();
    }

    @Test
    void everyWireAnswersAlike() {
        SplittableRandom random = FuzzedBytes.random("alike");
        int answered = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            Question question = question(random);
            List<Reply> replies =
                    wires.stream().map(wire -> wire.infer(question)).toList();
            Reply first = replies.get(0);
            assertThat(replies.get(2)).as(question::toString).isEqualTo(first);
            assertThat(replies.get(3)).as(question::toString).isEqualTo(replies.get(1));
            assertThat(withoutWords(replies.get(1))).as(question::toString).isEqualTo(withoutWords(first));
            first.fault()
                    .ifPresent(fault -> assertThat(fault.kind())
                            .as(question::toString)
                            .isIn(Kind.FAULTY_REQUEST, Kind.UNKNOWN, Kind.NOT_READY));
            answered += first.fault().isEmpty() ? 1 : 0;
        }
        assertThat(answered).as("good ones").isBetween(QUESTIONS / 5, QUESTIONS * 4 / 5);
    }

    /** What is too long is counted in elements or in bytes. */
    private static Reply withoutWords(Reply reply) {
        return reply.fault().map(fault -> Reply.of(fault.kind(), "")).orElse(reply);
    }

    /** A good one of a model, most often with something changed. */
    private static Question question(SplittableRandom random) {
        String model = any(FuzzedRequest.NAMES, random);
        List<Content> inputs = new ArrayList<>(
                switch (model) {
                    case "mixed" ->
                        List.of(
                                new Content("matrix", "FP32", List.of(1L, 2L, 3L), elements("FP32", 6, random)),
                                new Content("count", "INT64", List.of(1L), elements("INT64", 1, random)));
                    case "words" ->
                        List.of(new Content("word", "BYTES", List.of(1L, 1L), elements("BYTES", 1, random)));
                    default -> List.of(new Content("x", "FP32", List.of(2L, 1L), elements("FP32", 2, random)));
                });
        if (random.nextInt(3) == 0) {
            int place = random.nextInt(inputs.size());
            switch (random.nextInt(5)) {
                case 0 -> inputs.remove(place);
                case 1 -> inputs.add(inputs.get(place));
                default -> inputs.set(place, changed(inputs.get(place), random));
            }
        }
        Question question = Question.of(model, inputs.toArray(Content[]::new))
                .withVersion(any(List.of("", "", "", "1", "9", "x"), random))
                .withId(any(List.of("", "7", "é\"{"), random));
        if (random.nextInt(4) == 0) {
            question = question.with(Map.of(any(List.of("timeout", "priority"), random), any(PARAMETERS, random)));
        }
        return random.nextInt(3) > 0 ? question : question.asking(asked(model, random));
    }

    private static Content changed(Content good, SplittableRandom random) {
        List<Long> shape = new ArrayList<>(good.shape());
        String datatype = good.datatype();
        switch (random.nextInt(5)) {
            case 0 -> shape.add(random.nextLong(-1, 3));
            case 1 -> shape.remove(0);
            case 2 -> shape.set(random.nextInt(shape.size()), random.nextLong(-1, 4));
            case 3 -> datatype = any(DATATYPES, random);
            default -> {
                return new Content(
                        good.name(),
                        datatype,
                        shape,
                        elements(datatype, random.nextInt(good.elements().size() + 3), random));
            }
        }
        return new Content(
                good.name(), datatype, shape, elements(datatype, good.elements().size(), random));
    }

    private static Asked[] asked(String model, SplittableRandom random) {
        List<String> names = switch (model) {
            case "mixed" -> List.of("more", "twice", "none");
            case "words" -> List.of("place", "again", "place");
            default -> List.of("y", "y", "y", "z");
        };
        return IntStream.range(0, random.nextInt(1, 3))
                .mapToObj(each -> new Asked(
                        any(names, random),
                        random.nextInt(3) == 0 ? Map.of("classification", any(PARAMETERS, random)) : Map.of()))
                .toArray(Asked[]::new);
    }

    private static List<Object> elements(String datatype, int count, SplittableRandom random) {
        return IntStream.range(0, count)
                .mapToObj(each -> element(datatype, random))
                .toList();
    }

    private static Object element(String datatype, SplittableRandom random) {
        return switch (datatype) {
            case "BOOL" -> random.nextBoolean();
            case "INT8" -> (long) random.nextInt(-128, 128);
            case "INT32" -> (long) random.nextInt();
            case "INT64" -> random.nextLong() >> random.nextInt(1, 60);
            case "FP32" -> (float) random.nextInt(-1000, 1000) / 8;
            case "FP64" -> random.nextDouble();
            default -> any(List.of("a", "é", "", "\u0000\n", "unknown"), random);
        };
    }
}
