package dev.slipway.server.traffic;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** What a request says of who sent it, besides what it asks for. gRPC's metadata are headers. */
public interface Marks {
    /**
     * A header.
     *
     * @param name its name, in any case
     * @return its first value; empty if there is none
     */
    Optional<String> header(String name);

    /**
     * A cookie.
     *
     * @param name its name
     * @return its value; empty if there is none
     */
    Optional<String> cookie(String name);

    /**
     * Whether a cookie that is sent with the answer comes back.
     *
     * @return false for gRPC, whose clients keep none
     */
    boolean keepsCookies();

    /**
     * What an HTTP request says.
     *
     * @param request the request, also one of gRPC
     * @param keepsCookies whether the client may keep cookies
     * @return its headers and cookies
     */
    static Marks of(HttpServerRequest request, boolean keepsCookies) {
        return new Marks() {
            @Override
            public Optional<String> header(String name) {
                return Optional.ofNullable(request.getHeader(name));
            }

            @Override
            public Optional<String> cookie(String name) {
                return Optional.ofNullable(request.getCookie(name)).map(Cookie::getValue);
            }

            @Override
            public boolean keepsCookies() {
                return keepsCookies;
            }
        };
    }
}
