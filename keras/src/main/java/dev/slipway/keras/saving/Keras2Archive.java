package dev.slipway.keras.saving;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where {@code .keras} files of Keras 2.12 to 2.15 hold what Keras 3 looks for elsewhere in {@code model.weights.h5}.
 *
 * <table>
 * <caption>Differences</caption>
 * <tr><th>Keras 2.12 to 2.15</th><th>Keras 3</th></tr>
 * <tr><td>{@code _layer_checkpoint_dependencies/dense, dense_2, …}: a layer with weights is listed twice there, so that
 * numbers are skipped</td><td>{@code layers/dense, dense_1, …}</td></tr>
 * <tr><td>{@code _query_dense}: attributes that were private</td><td>{@code query_dense}</td></tr>
 * </table>
 *
 * <p>Source: {@code keras.saving.saving_lib} and {@code Functional._layer_checkpoint_dependencies} of Keras 2.13; {@code
 * H5Entry} of Keras 3, which reads them.
 */
final class Keras2Archive {
    static final String LAYERS = "_layer_checkpoint_dependencies";
    private static final Pattern NUMBERED = Pattern.compile("(.*?)(?:_(\\d{1,6}))?", Pattern.DOTALL);

    private final Hdf5Reader reader;

    Keras2Archive(Hdf5Reader reader) {
        this.reader = reader;
    }

    /** The place in this file of what is at a place in a file of Keras 3; the same if there is no such thing. */
    String place(String archivePath) {
        String place = "";
        for (String part : archivePath.split("/")) {
            place = join(place, child(place, part));
        }
        return place;
    }

    private static String join(String place, String part) {
        return place.isEmpty() ? part : place + "/" + part;
    }

    private String child(String place, String part) {
        if (place.equals(LAYERS) || place.endsWith("/" + LAYERS)) {
            return numbered(place, part);
        }
        if (reader.exists(join(place, part))) {
            return part;
        }
        String other = part.equals("layers") ? LAYERS : "_" + part;
        return reader.exists(join(place, other)) ? other : part;
    }

    /** The n-th layer of a class, whatever number it has. */
    private String numbered(String place, String part) {
        Matcher wanted = matched(part);
        int index = number(wanted);
        List<String> found = new ArrayList<>();
        for (String name : reader.children(place)) {
            if (matched(name).group(1).equals(wanted.group(1))) {
                found.add(name);
            }
        }
        found.sort(Comparator.comparingInt(name -> number(matched(name))));
        return index < found.size() ? found.get(index) : part;
    }

    private static Matcher matched(String name) {
        Matcher matcher = NUMBERED.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalStateException("group '" + name + "' (expected: one line of text)");
        }
        return matcher;
    }

    private static int number(Matcher name) {
        return name.group(2) == null ? 0 : Integer.parseInt(name.group(2));
    }
}
