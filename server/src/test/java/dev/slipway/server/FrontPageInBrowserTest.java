package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelState;
import dev.slipway.server.security.ApiKey;
import dev.slipway.server.security.ApiKeys;
import dev.slipway.server.security.AuthOptions;
import dev.slipway.server.security.Scope;
import dev.slipway.server.security.SecurityOptions;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page at {@code /} as a person uses it, in a real browser; skipped where there is none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FrontPageInBrowserTest {
    private static final List<String> MODELS =
            List.of("classes", "exact", "first", "gaps", "line", "m", "mixed", "photo", "series", "strict", "words");
    private static final String HARD_TO_QUOTE = "it's \"\"\" \\ done\n$HOME `ls` %s é";
    private static final Dimension BATCH = Dimension.symbol("batch");

    @TempDir
    static Path directory;

    private ModelServer server;
    private Browser browser;

    @BeforeAll
    void start() throws IOException {
        Optional<Path> program = Browser.find();
        assumeTrue(program.isPresent(), "no Chromium on the path; 'scripts/install-chromium' installs it");
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(1),
                List.of(
                        Models.line(),
                        Models.mixed(),
                        Models.words(),
                        Models.strict(),
                        Models.gaps(),
                        Models.times("m", "1", 2),
                        Models.times("m", "2", 3),
                        exact(),
                        classes(),
                        means("photo", 8, 8, 3),
                        means("first", 1, 8, 8),
                        means("series", 32)));
        server.models().report("broken", "4", ModelState.UNAVAILABLE, "layer 'l' is a Lambda");
        browser = Browser.start(program.get());
    }

    @AfterAll
    void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
    }

    /** 7 for one text, of which not a character may be lost on the way. */
    private static ServedModel exact() {
        return Models.model("exact", graph -> {
            Value word = graph.input("word", DataType.STRING, Shape.of(List.of(BATCH, Dimension.of(1))));
            graph.output("place", new Ops(graph).labelEncoder(word, List.of(HARD_TO_QUOTE), List.of(7L), -1));
        });
    }

    /** Probabilities that are highest where the input is. */
    private static ServedModel classes() {
        return Models.model("classes", graph -> {
            Value x = graph.input("features", DataType.FLOAT, Shape.of(List.of(BATCH, Dimension.of(4))));
            graph.output("probabilities", new Ops(graph).softmax(x, 1));
        });
    }

    /** The mean of all but the longest or last axis: of an image, what remains is its channels. */
    private static ServedModel means(String name, int... lengths) {
        return Models.model(name, graph -> {
            List<Dimension> shape = new ArrayList<>(List.of(BATCH));
            for (int length : lengths) {
                shape.add(Dimension.of(length));
            }
            Value x = graph.input("x", DataType.FLOAT, Shape.of(shape));
            int[] axes = lengths.length == 1 ? new int[] {1} : lengths[0] == 1 ? new int[] {2, 3} : new int[] {1, 2};
            graph.output("mean", new Ops(graph).reduceMean(x, lengths.length == 1, axes));
        });
    }

    @BeforeEach
    void onADesk() {
        browser.resize(1280, 900);
        browser.prefer("light");
        browser.forgetComplaints();
    }

    @AfterEach
    void asksNobodyElse() {
        assertThat(browser.addresses())
                .isNotEmpty()
                .allMatch(address -> address.startsWith("http://127.0.0.1:") || address.startsWith("about:"));
    }

    /** Shows a model, and waits until it can be tried. */
    private void show(String place) {
        browser.open(server.address() + "/#/" + place);
        browser.await("document.querySelector('.trial')");
    }

    private String predict() {
        browser.click(".primary[type=submit]");
        browser.await("!document.querySelector('[aria-busy]') && !document.querySelector('.answer .empty')");
        return browser.text(".answer");
    }

    @Test
    void listsTheModelsWithWhatTheyDo() {
        browser.open(server.address());

        assertThat(browser.text(".entry[href='#/m']")).contains("m", "v2, 1 more", "request");
        assertThat(browser.text(".entry[href='#/broken']")).contains("broken", "v4", "layer 'l' is a Lambda");
        assertThat(browser.text("#health")).isEqualTo("11 of 12 ready");
        browser.await("document.querySelector('.trial')");
        assertThat(browser.text("h2")).isEqualTo("classes");
        assertThat(browser.text(".signature")).contains("features", "float32 [?, 4]", "probabilities");
        browser.click(".entry[href='#/broken']");
        browser.await("document.querySelector('h2').textContent === 'broken'");
        assertThat(browser.text(".reason")).isEqualTo("layer 'l' is a Lambda");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void predictsForANumberWithTheKeyboardAndCountsIt() {
        show("line");
        browser.type(".trial input", "10");
        browser.pressEnter();

        browser.await("document.querySelector('.value')");
        assertThat(browser.text(".value")).isEqualTo("31");
        assertThat(browser.text("[aria-label=Result] [role=status]")).isEqualTo("y: 31");
        assertThat(browser.text("[aria-label=Result] .hint")).startsWith("1 row in ");
        browser.await("document.querySelector('.figures dd').textContent !== '0'");
        assertThat(browser.text(".figures")).contains("Mean latency", "Last used");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void asksTheVersionThatIsShown() {
        show("m");
        assertThat(browser.text(".source")).contains("/models/m/predict");
        browser.click(".versions a");
        browser.await("document.querySelector('.source').textContent.includes('/models/m/versions/1/predict')");
        browser.type(".trial input", "5");
        assertThat(predict()).contains("10");
    }

    @Test
    void predictsForText() {
        show("words");
        browser.type(".trial textarea", "é");

        assertThat(predict()).containsSubsequence("place", "5", "again", "é");
    }

    @Test
    void aFieldOfANumberThatMayBeMissingCanBeLeftEmpty() {
        show("gaps");
        browser.type("[aria-label=age]", "");
        browser.type("[aria-label=other]", "10");
        browser.type("[aria-label=city]", "");

        assertThat(predict()).containsSubsequence("sum", "14", "letter", "missing");
        assertThat(browser.text(".source")).contains("\"age\": [null]");
        browser.type("[aria-label=age]", "1");
        assertThat(predict()).containsSubsequence("sum", "11");
        browser.type("[aria-label=other]", "");
        browser.click(".primary[type=submit]");
        browser.await("document.activeElement.ariaLabel === 'other'");
        assertThat(browser.text(".trial")).contains("expected: a number");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void showsProbabilitiesAsBarsTheHighestFirst() {
        show("classes");
        for (int i = 0; i < 4; i++) {
            browser.type(".elements label:nth-child(" + (i + 1) + ") input", i == 2 ? "9" : "0");
        }
        predict();

        assertThat(browser.text(".bars li")).containsSubsequence("class 2", "100.0 %");
        assertThat(browser.evaluate("document.querySelector('.bar-filled').getBoundingClientRect().width"
                                + " / document.querySelector('.bar').getBoundingClientRect().width")
                        .doubleValue())
                .isGreaterThan(0.9);
    }

    @Test
    void takesATableOfRows() {
        show("series");
        browser.type(".trial textarea", "1,".repeat(31) + "1\n" + "3 ".repeat(32));

        assertThat(predict()).containsSubsequence("row", "mean", "0", "1", "1", "3");
    }

    private static Path image(String name, Color colour) throws IOException {
        BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.dispose();
        Path file = directory.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void sendsAnImageAtTheModelsSizeAndRange() throws IOException {
        Path file = image("brown.png", new Color(204, 102, 51));
        show("photo");
        browser.choose(".drop input", file);
        browser.await("!document.querySelector('canvas').hidden");

        assertThat(browser.text(".drop .hint")).isEqualTo("Sent: 8 × 8, RGB, channels last, values 51 to 204");
        assertThat(predict()).containsSubsequence("204", "102", "51");
        assertThat(browser.evaluate("document.querySelector('canvas').width").intValue())
                .isEqualTo(8);

        browser.evaluate("(s => {s.value = '1'; s.dispatchEvent(new Event('change', {bubbles: true}))})"
                + "(document.querySelector('.settings select'))");
        browser.await("document.querySelector('.drop .hint').textContent.endsWith('values 0.2 to 0.8')");
        assertThat(predict()).containsSubsequence("0.8", "0.4", "0.2");

        show("photo");
        assertThat(browser.evaluate("document.querySelector('.settings select').value")
                        .textValue())
                .isEqualTo("1");
        browser.evaluate("localStorage.clear()");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void sendsAGreyImageChannelsFirstWhenItIsDropped() throws IOException {
        show("first");
        browser.drop(".drop", image("green.png", new Color(0, 255, 0)));
        browser.await("!document.querySelector('canvas').hidden");

        assertThat(browser.text(".drop .hint")).contains("grey, channels first, values 150");
        assertThat(predict()).contains("150");
    }

    @Test
    void saysThatAFileIsNoImage() throws IOException {
        Path text = Files.writeString(directory.resolve("notes.png"), "no image");
        show("photo");
        browser.choose(".drop input", text);

        browser.await("document.querySelector('.picture ~ .error').textContent !== ''");
        assertThat(browser.text(".picture ~ .error"))
                .isEqualTo("expected: an image that this browser reads; got 'notes.png'");
    }

    @Test
    void showsWhatTheServerRefusesAtTheControlItNames() {
        show("mixed");
        browser.type("[aria-label='matrix 1, 2']", "1e39");
        predict();

        assertThat(browser.text(".answer")).startsWith("Refused (422)");
        assertThat(browser.text(".field .error")).isEqualTo("expected: a number within the range of float32; got 1e39");
        assertThat(browser.evaluate("[...document.querySelectorAll('[aria-invalid]')].map(e => e.ariaLabel)"))
                .hasToString("[\"matrix 1, 2\"]");
        assertThat(browser.evaluate("document.activeElement.ariaLabel").textValue())
                .isEqualTo("matrix 1, 2");
        // Chromium notes every answer that is an error.
        assertThat(browser.complaints()).singleElement().asString().contains("422");

        browser.type("[aria-label='matrix 1, 2']", "1");
        assertThat(predict()).doesNotContain("Refused");
        assertThat(browser.evaluate("document.querySelectorAll('[aria-invalid]').length")
                        .intValue())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "line | input | '' | expected: a number",
                "series | textarea | '[1, 2' | expected: JSON",
                "series | textarea | '1, 2, x' | expected: a number in line 1, column 3; got 'x'",
                "series | textarea | '[1, 2]' | expected: 32 entries",
                "strict | textarea | q | expected: 'a'",
            })
    void saysWhatIsWrongBeforeOrAfterItIsSent(String model, String control, String text, String message) {
        show(model);
        browser.type(".trial " + control, text);
        browser.click(".primary[type=submit]");

        browser.await("document.querySelector('.refusal') || [...document.querySelectorAll('.error')]"
                + ".some(error => !error.hidden && error.closest('.trial'))");
        assertThat(browser.text(".trial")).contains(message);
    }

    @Test
    void theCommandAndTheProgramThatItShowsDoTheSame() throws Exception {
        show("exact");
        browser.type(".trial textarea", HARD_TO_QUOTE);
        predict();
        browser.click("summary");
        String answer = browser.text(".answer details pre");
        assertThat(answer).isEqualTo("{\"place\":[7]}");

        Path command = Files.writeString(directory.resolve("predict.sh"), browser.text(".source"));
        assertThat(run("bash", command.toString())).isEqualTo(answer);

        browser.click("[role=tab][aria-selected=false]");
        browser.await("document.querySelector('.source').textContent.startsWith('import')");
        String source = browser.evaluate("document.querySelector('.source').textContent")
                .textValue();
        Path program = Files.writeString(directory.resolve("Predict.java"), source);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        assertThat(run(java, "-XX:TieredStopAtLevel=1", program.toString())).isEqualTo("200 " + answer);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    @Test
    void fitsAPhoneWithTheAnswerOfEveryExample() {
        browser.resize(360, 740);
        browser.open(server.address());
        browser.await("document.querySelectorAll('.entry').length === 12");
        assertThat(width()).isEqualTo(360);
        assertThat(browser.evaluate("getComputedStyle(document.querySelector('main')).display")
                        .textValue())
                .isEqualTo("none");
        for (String model : MODELS) {
            browser.click(".entry[href='#/" + model + "']");
            browser.await(
                    "document.querySelector('.trial') && document.querySelector('h2').textContent === '" + model + "'");
            if (!model.equals("strict")) {
                browser.click(".card-head button");
                assertThat(predict()).contains("Answer as JSON").doesNotContain("Refused");
            }
            assertThat(width()).as(model).isEqualTo(360);
            browser.click(".back");
            browser.await("document.body.dataset.view === 'list'");
        }
        assertThat(browser.complaints()).isEmpty();
    }

    private int width() {
        return browser.evaluate("document.documentElement.scrollWidth").intValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void canBeReadAndHeard(String colours) {
        browser.prefer(colours);
        show("mixed");
        predict();

        assertThat(browser.unnamedControls()).isEmpty();
        assertThat(browser.evaluate(FAINT_TEXTS)).isEmpty();
        browser.evaluate("document.querySelector('.skip').click()");
        assertThat(browser.evaluate("document.activeElement.id").textValue()).isEqualTo("main");
        assertThat(browser.text("h2")).isEqualTo("mixed");
    }

    /** Texts whose contrast is below 4.5. Source: WCAG 2.2, success criterion 1.4.3. */
    private static final String FAINT_TEXTS = """
            (() => {
                const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
                const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
                    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
                const behind = (element) => {
                    const colour = channels(getComputedStyle(element).backgroundColor);
                    return colour[3] === 0 ? behind(element.parentElement) : colour;
                };
                return [...document.querySelectorAll("body *")]
                    .filter((e) => e.checkVisibility() && !e.disabled
                        && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== ""))
                    .map((e) => {
                        const [low, high] = [light(channels(getComputedStyle(e).color)), light(behind(e))]
                            .sort((a, b) => a - b);
                        return {text: e.textContent, contrast: (high + 0.05) / (low + 0.05)};
                    })
                    .filter(({contrast}) => contrast < 4.5);
            })()""";

    @Test
    void asksForAKeyWhereOneIsNeededAndKeepsItInTheTab() throws IOException {
        Path keys = directory.resolve("keys");
        ApiKey.Created created = ApiKey.create("ci", Scope.PREDICT, new SecureRandom(), LocalDate.EPOCH);
        ApiKeys.add(keys, created.line());
        SecurityOptions security = SecurityOptions.defaults()
                .withAuth(AuthOptions.defaults().withKeys(keys).withOpen(List.of()));
        ServerOptions options = ServerOptions.defaults()
                .withAddress("127.0.0.1", 0)
                .withEventLoops(1)
                .withSecurity(security);
        try (ModelServer secured = ModelServer.start(options, List.of(Models.line()))) {
            browser.open(secured.address());
            browser.await("document.getElementById('ask').open");
            browser.type("#ask-key", "wrong");
            browser.pressEnter();
            browser.await("!document.getElementById('ask-error').hidden");
            assertThat(browser.text("#ask-error")).startsWith("The server does not take this key");

            browser.type("#ask-key", created.key());
            browser.pressEnter();
            browser.await("document.querySelector('.trial')");
            assertThat(predict()).contains("2.5");
            assertThat(browser.text(".source")).contains("$SLIPWAY_KEY").doesNotContain(created.key());
            JsonNode kept = browser.evaluate("[localStorage.length, document.cookie, sessionStorage.length]");
            assertThat(kept).hasToString("[0,\"\",1]");
            assertThat(browser.complaints()).hasSize(2).allMatch(text -> text.contains("401"));
        }
    }
}
