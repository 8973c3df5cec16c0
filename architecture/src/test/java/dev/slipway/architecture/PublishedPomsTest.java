package dev.slipway.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** What is published has what Maven Central asks of a pom, and the bill of materials has all of it. */
final class PublishedPomsTest {
    private static Document pom(String directory) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(Path.of("..", directory, "pom.xml").toFile());
        } catch (Exception e) {
            throw new IllegalStateException(directory + "/pom.xml: " + e.getMessage(), e);
        }
    }

    private static List<String> texts(Document pom, String path) {
        try {
            NodeList nodes =
                    (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, pom, XPathConstants.NODESET);
            return IntStream.range(0, nodes.getLength())
                    .mapToObj(i -> nodes.item(i).getTextContent().strip())
                    .toList();
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(path, e);
        }
    }

    static Stream<String> libraries() {
        return texts(pom("."), "/project/modules/module").stream()
                .filter(module -> texts(pom(module), "/project/properties/maven.deploy.skip")
                        .isEmpty());
    }

    /** Modules take the rest from their parent, whose addresses get no path of theirs. */
    @ParameterizedTest
    @MethodSource("libraries")
    void sayTheirNameAndWhatTheyAre(String module) {
        Document pom = pom(module);
        assertThat(texts(pom, "/project/name")).singleElement().asString().startsWith("Slipway");
        assertThat(texts(pom, "/project/description"))
                .singleElement()
                .asString()
                .endsWith(".");
        assertThat(texts(pom, "/project/parent/artifactId")).containsExactly("slipway");
        assertThat(texts(pom, "/project/url|/project/scm|/project/licenses")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "bom"})
    void sayWhereTheyAreFromAndWhoMadeThem(String directory) {
        Document pom = pom(directory);
        for (String path : List.of(
                "/project/name",
                "/project/description",
                "/project/url",
                "/project/licenses/license/name",
                "/project/licenses/license/url",
                "/project/developers/developer/name",
                "/project/developers/developer/url",
                "/project/scm/url",
                "/project/scm/connection")) {
            assertThat(texts(pom, path)).as(path).singleElement().asString().isNotBlank();
        }
        assertThat(texts(pom, "/project/scm/connection"))
                .isEqualTo(texts(pom, "/project/url").stream()
                        .map(url -> "scm:git:" + url + ".git")
                        .toList());
    }

    @Test
    void areAllInTheBillOfMaterials() {
        assertThat(texts(pom("bom"), "/project/dependencyManagement/dependencies/dependency/artifactId"))
                .containsExactlyElementsOf(
                        libraries().map(module -> "slipway-" + module).toList());
    }
}
