package dev.slipway.server.http;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the paths of one kind have in common, for whoever needs few different ones. For one event loop. */
public final class Routes {
    private static final Pattern NAME = Pattern.compile("\\{\\w+}");

    private final Supplier<List<String>> all;
    private final KnownPaths<String> paths = new KnownPaths<>(this::find);
    private @Nullable List<Route> known;

    /**
     * The routes of a server.
     *
     * @param all such as {@code /v2/models/{model}/infer}; asked for when a path is first looked up
     */
    public Routes(Supplier<List<String>> all) {
        this.all = all;
    }

    private record Route(String text, Pattern pattern) {
        /** A name in braces is anything up to the next slash, or colon, which stands before what is to be done. */
        static Route of(String text) {
            StringBuilder pattern = new StringBuilder();
            int end = 0;
            for (var name = NAME.matcher(text); name.find(); end = name.end()) {
                pattern.append(Pattern.quote(text.substring(end, name.start()))).append("[^/:]+");
            }
            return new Route(text, Pattern.compile(pattern + Pattern.quote(text.substring(end)) + "/?"));
        }

        private long names() {
            return NAME.matcher(text).results().count();
        }
    }

    /** The route of a path, the one with the fewest names if several fit; empty if no protocol knows it. */
    Optional<String> of(String path) {
        return paths.find(path);
    }

    private Optional<String> find(String path) {
        List<Route> routes = known;
        if (routes == null) {
            routes = all.get().stream()
                    .map(Route::of)
                    .sorted(Comparator.comparingLong(Route::names))
                    .toList();
            known = routes;
        }
        return routes.stream()
                .filter(each -> each.pattern().matcher(path).matches())
                .map(Route::text)
                .findFirst();
    }
}
