package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.server.InferWire.Asked;
import dev.slipway.server.InferWire.Content;
import dev.slipway.server.InferWire.Fault;
import dev.slipway.server.InferWire.Kind;
import dev.slipway.server.InferWire.Question;
import dev.slipway.server.InferWire.Reply;
import dev.slipway.server.inference.LoadOptions;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelState;
import java.math.BigInteger;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an inference answers, whatever carries it: the same content, the same faults in the same words. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InferContract {
    private static final List<DataType> TYPES = List.of(
            DataType.BOOL,
            DataType.INT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.UINT8,
            DataType.UINT16,
            DataType.UINT32,
            DataType.UINT64,
            DataType.FLOAT,
            DataType.DOUBLE,
            DataType.STRING);

    private static final BigInteger UNSIGNED_END = BigInteger.ONE.shiftLeft(64);

    private ModelServer server;
    private InferWire wire;

    abstract InferWire connect(ModelServer to);

    private static ServedModel echo(DataType type) {
        Shape shape = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(2)));
        return Models.model("echo-" + type, graph -> {
            Value x = graph.input("x", type, shape);
            graph.output("y", new Ops(graph).identity(x));
        });
    }

    @BeforeAll
    void start() {
        List<ServedModel> models = new ArrayList<>(List.of(
                Models.line(), Models.mixed(), Models.gaps(), Models.times("m", "2", 2), Models.times("m", "10", 10)));
        TYPES.forEach(type -> models.add(echo(type)));
        server = ModelServer.start(ServerOptions.defaults().withAddress("127.0.0.1", 0), models);
        server.models().report("broken", "1", ModelState.UNAVAILABLE, "no such layer");
        wire = connect(server);
    }

    @AfterAll
    void stop() {
        wire.close();
        server.close();
    }

    private static Content x(String datatype, List<Long> shape, Object... elements) {
        return new Content("x", datatype, shape, List.of(elements));
    }

    private List<Content> answer(Question question) {
        Reply reply = wire.infer(question);
        assertThat(reply.fault()).isEmpty();
        return reply.outputs();
    }

    private Fault fault(Question question) {
        return wire.infer(question).fault().orElseThrow();
    }

    @Test
    void answersWithTheIdTheModelAndItsVersion() {
        Reply reply = wire.infer(
                Question.of("line", x("FP32", List.of(2L, 1L), 10f, 11f)).withId("7"));
        assertThat(reply.fault()).isEmpty();
        assertThat(List.of(reply.model(), reply.version(), reply.id())).containsExactly("line", "1", "7");
        assertThat(reply.outputs()).containsExactly(new Content("y", "FP32", List.of(2L, 1L), List.of(31f, 34f)));
    }

    /** A missing number is NaN in all of them, a missing text the empty one. */
    @Test
    void takesWhatIsMissingWhereTheModelKnowsWhatStandsIn() {
        List<Long> shape = List.of(2L, 1L);
        Question question = Question.of(
                "gaps",
                new Content("age", "FP32", shape, List.of(Float.NaN, 1f)),
                new Content("other", "FP32", shape, List.of(10f, 10f)),
                new Content("city", "BYTES", shape, List.of("", "Oslo")));

        assertThat(answer(question))
                .containsExactly(
                        new Content("sum", "FP32", shape, List.of(14f, 11f)),
                        new Content("letter", "BYTES", shape, List.of("missing", "O")));
    }

    /** What is remembered of a request must serve no other one. */
    @Test
    void answersWhatIsAskedAgainWithOtherNumbersIdsAndShapes() {
        for (int i = 1; i <= 3; i++) {
            float number = i;
            Question one = Question.of("line", x("FP32", List.of(1L, 1L), number));
            Question two = Question.of("line", x("FP32", List.of(2L, 1L), number, 10f));

            assertThat(answer(one)).containsExactly(new Content("y", "FP32", List.of(1L, 1L), List.of(3 * number + 1)));
            assertThat(answer(one)).containsExactly(new Content("y", "FP32", List.of(1L, 1L), List.of(3 * number + 1)));
            assertThat(answer(two))
                    .containsExactly(new Content("y", "FP32", List.of(2L, 1L), List.of(3 * number + 1, 31f)));
            assertThat(wire.infer(one.withId("a" + i)).id()).isEqualTo("a" + i);
        }
    }

    @Test
    void refusesWhatDoesNotFitAfterWhatDid() {
        Question fits = Question.of("echo-BOOL", x("BOOL", List.of(1L, 2L), true, false));
        Question mixed = mixed();

        assertThat(answer(fits)).hasSize(1);
        assertThat(fault(Question.of("echo-BOOL", x("BOOL", List.of(1L, 2L), true)))
                        .kind())
                .isEqualTo(Kind.FAULTY_REQUEST);
        assertThat(answer(fits)).hasSize(1);
        assertThat(answer(mixed)).isEqualTo(answer(mixed));
        assertThat(answer(mixed.asking(new Asked("more")))).hasSize(1);
    }

    static Stream<Content> everyType() {
        List<Long> shape = List.of(1L, 2L);
        return Stream.of(
                x("BOOL", shape, true, false),
                x("INT8", shape, -128L, 127L),
                x("INT16", shape, -32768L, 32767L),
                x("INT32", shape, -2147483648L, 2147483647L),
                x("INT64", shape, 9007199254740993L, Long.MIN_VALUE),
                x("UINT8", shape, 0L, 255L),
                x("UINT16", shape, 32768L, 65535L),
                x("UINT32", shape, 2147483648L, 4294967295L),
                x("UINT64", shape, UNSIGNED_END.shiftRight(1), UNSIGNED_END.subtract(BigInteger.ONE)),
                x("FP32", shape, 0.1f, Float.MIN_VALUE),
                x("FP64", shape, 0.1, Double.MAX_VALUE),
                x("BYTES", shape, "é\"\n", ""));
    }

    @ParameterizedTest
    @MethodSource("everyType")
    void carriesTheBoundsOfEveryType(Content content) {
        String type = TYPES.get(everyType().toList().indexOf(content)).name();
        assertThat(answer(Question.of("echo-" + type, content)))
                .containsExactly(new Content("y", content.datatype(), content.shape(), content.elements()));
    }

    @Test
    void takesTheNewestVersionUnlessOneIsNamed() {
        Question question = Question.of("m", x("FP32", List.of(1L, 1L), 3f));
        assertThat(answer(question).get(0).elements()).isEqualTo(List.of(30f));
        assertThat(answer(question.withVersion("2")).get(0).elements()).isEqualTo(List.of(6f));
    }

    private static Question mixed() {
        return Question.of(
                "mixed",
                new Content("count", "INT64", List.of(1L), List.of(9007199254740993L)),
                new Content("matrix", "FP32", List.of(1L, 2L, 3L), List.of(1f, 2f, 3f, 4f, 5f, 6f)));
    }

    @Test
    void takesInputsInAnyOrder() {
        assertThat(answer(mixed()))
                .containsExactly(
                        new Content("twice", "INT64", List.of(1L), List.of(18014398509481986L)),
                        new Content("more", "BOOL", List.of(1L), List.of(true)));
    }

    @Test
    void answersOutputsInTheOrderTheyAreAskedFor() {
        assertThat(answer(mixed().asking(new Asked("more"), new Asked("twice"))))
                .extracting(Content::name)
                .containsExactly("more", "twice");
        assertThat(answer(mixed().asking(new Asked("more")))).hasSize(1);
    }

    @Test
    void givesTheHighestClasses() {
        Question question = Question.of("echo-FLOAT", x("FP32", List.of(2L, 2L), 0.1f, 0.9f, 0.7f, 0.3f));
        assertThat(answer(question.asking(new Asked("y", 1))))
                .containsExactly(new Content("y", "BYTES", List.of(2L, 1L), List.of("0.9:1", "0.7:0")));
    }

    @Test
    void takesAnEmptyBatch() {
        assertThat(answer(Question.of("line", x("FP32", List.of(0L, 1L)))))
                .containsExactly(new Content("y", "FP32", List.of(0L, 1L), List.of()));
    }

    @Test
    void tellsUnknownFromNotReady() {
        Content any = x("FP32", List.of(1L, 1L), 1f);
        assertThat(fault(Question.of("nobody", any)).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(fault(Question.of("m", any).withVersion("3")).kind()).isEqualTo(Kind.UNKNOWN);
        Fault away = fault(Question.of("broken", any));
        assertThat(away.kind()).isEqualTo(Kind.NOT_READY);
        assertThat(away.message()).contains("no such layer");
    }

    /** What Triton's clients send besides; of these only the time means something to a model without a state. */
    @Test
    void takesTheParametersThatTritonsClientsSend() {
        Question question = Question.of("line", x("FP32", List.of(1L, 1L), 10f))
                .with(Map.of(
                        "sequence_id",
                        42,
                        "sequence_start",
                        true,
                        "sequence_end",
                        false,
                        "priority",
                        BigInteger.ONE,
                        "timeout",
                        60_000_000,
                        "custom",
                        "anything"));
        assertThat(answer(question)).containsExactly(new Content("y", "FP32", List.of(1L, 1L), List.of(31f)));
        assertThat(answer(question.with(Map.of("timeout", BigInteger.ZERO)))).hasSize(1);
        assertThat(answer(question.with(Map.of("timeout", Long.MAX_VALUE)))).hasSize(1);
    }

    @Test
    void refusesParametersThatAreNotOfTheirType() {
        Question question = Question.of("line", x("FP32", List.of(1L, 1L), 10f));
        assertRefused(
                question.with(Map.of("timeout", "soon")), "parameters: soon (expected: an integer for 'timeout')");
        assertRefused(question.with(Map.of("timeout", true)), "parameters: true (expected: an integer for 'timeout')");
        assertRefused(
                question.with(Map.of("timeout", -1)),
                "parameters: -1 (expected: at least 0 microseconds for 'timeout')");
        assertRefused(
                question.asking(new Asked("y", Map.of("classification", "two"))),
                "outputs.0: two (expected: an integer for 'classification')");
        assertRefused(
                question.asking(new Asked("y", Map.of("classification", -1))),
                "outputs.0: -1 (expected: a number of classes)");
    }

    /** Whoever asks for it would read what nobody has written. */
    @Test
    void refusesTensorsInSharedMemory() {
        Question question = Question.of("line", x("FP32", List.of(1L, 1L), 10f));
        Map<String, Object> shared = Map.of("shared_memory_region", "r", "shared_memory_byte_size", 4);
        String refused =
                ".0: 'shared_memory_region' (expected: elements in the message, as this server shares no memory)";
        assertRefused(question.withInputs(shared), "inputs" + refused);
        assertRefused(question.asking(new Asked("y", shared)), "outputs" + refused);
    }

    @Test
    void beginsNoWorkWhoseTimeIsOverAndTellsOfNoRoom() {
        int workers = Math.max(2, Runtime.getRuntime().availableProcessors());
        Gated gated = new Gated();
        try (ModelServer busy = ModelServer.start(
                        ServerOptions.defaults()
                                .withAddress("127.0.0.1", 0)
                                .withLoad(LoadOptions.defaults().withQueue(workers + 1)),
                        List.of(gated.model("m")));
                InferWire asked = connect(busy)) {
            gated.shut();
            Http http = new Http(busy.address());
            List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                held.add(http.later(http.request("/v1/models/m:predict")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"instances\":[[1]]}"))));
                gated.awaitBegun(i + 1);
            }
            Question question = Question.of("m", x("FP32", List.of(1L, 1L), 2f));

            Fault late =
                    asked.infer(question.with(Map.of("timeout", 1000))).fault().orElseThrow();
            assertThat(late.kind()).isEqualTo(Kind.LATE);
            assertThat(late.message()).contains("the time was over before a worker was free");

            held.add(http.later(http.request("/v1/models/m:predict")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"instances\":[[1]]}"))));
            Eventually.holds(
                    () -> assertThat(busy.models().latest().get(0).waiting()).isEqualTo(workers + 1));
            Fault full = asked.infer(question).fault().orElseThrow();
            assertThat(full.kind()).isEqualTo(Kind.NO_ROOM);
            assertThat(full.message()).contains((workers + 1) + " requests wait already (expected: fewer");

            gated.open();
            held.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(200));
            assertThat(gated.calls.stream().mapToLong(Long::longValue).sum()).isEqualTo(workers + 1);
        } finally {
            gated.open();
        }
    }

    private void assertRefused(Question question, String message) {
        assertThat(fault(question)).isEqualTo(new Fault(Kind.FAULTY_REQUEST, message));
    }

    @Test
    void refusesWhatDoesNotFitTheModelInTheSameWords() {
        assertRefused(
                Question.of("line", new Content("z", "FP32", List.of(1L, 1L), List.of(1f))),
                "inputs.0: 'z' (expected: one of [x])");
        assertRefused(Question.of("line"), "inputs: nothing (expected: input 'x', FP32 [batch, 1])");
        assertRefused(
                Question.of("line", x("FP64", List.of(1L, 1L), 1.0)), "inputs.0: FP64 (expected: FP32 for input 'x')");
        assertRefused(
                Question.of("line", x("FP32", List.of(1L, 2L), 1f, 2f)),
                "inputs.0: [1, 2] (expected: shape [batch, 1] for input 'x')");
        assertRefused(
                Question.of("line", x("FP32", List.of(-1L, 1L), 1f)),
                "inputs.0: [-1, 1] (expected: shape [batch, 1] for input 'x')");
        Content one = x("FP32", List.of(1L, 1L), 1f);
        assertRefused(Question.of("line", one, one), "inputs.1: a second one (expected: input 'x' once)");
        assertRefused(Question.of("line", one).asking(new Asked("z")), "outputs.0: 'z' (expected: one of [y])");
    }

    @Test
    void refusesMoreOrFewerElementsThanTheShapeSays() {
        for (Content wrong : List.of(
                x("FP32", List.of(2L, 1L), 1f),
                x("FP32", List.of(1L, 1L), 1f, 2f),
                x("FP32", List.of(1L << 40, 1L), 1f),
                x("FP32", List.of(Long.MAX_VALUE, 1L), 1f))) {
            assertThat(fault(Question.of("line", wrong)).kind()).isEqualTo(Kind.FAULTY_REQUEST);
        }
    }

    @Test
    void refusesInputsWhoseBatchesDiffer() {
        Fault fault = fault(Question.of(
                "mixed",
                new Content("count", "INT64", List.of(2L), List.of(1L, 2L)),
                new Content("matrix", "FP32", List.of(1L, 2L, 3L), List.of(1f, 2f, 3f, 4f, 5f, 6f))));
        assertThat(fault.kind()).isEqualTo(Kind.FAULTY_REQUEST);
        assertThat(fault.message()).contains("as other inputs have");
    }
}
