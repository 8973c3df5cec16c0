package dev.slipway.server.http;

import dev.slipway.server.security.Admission.Refused;
import dev.slipway.server.security.Identity;
import dev.slipway.server.security.Scope;
import dev.slipway.server.security.Security;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may change what is served, and where.
 *
 * @param security knows which pages are this server's
 * @param here whether that may be done on this port
 */
record AdminDoor(Security security, boolean here) {
    /** Whole trees, so that what is added there later is guarded, too. */
    private static final List<String> TREES = List.of("/admin", "/v2/repository/models");

    private static final Set<String> CALLS = Set.of(
            "/inference.GRPCInferenceService/RepositoryModelLoad",
            "/inference.GRPCInferenceService/RepositoryModelUnload");

    static boolean guards(String path) {
        for (String tree : TREES) {
            if (path.startsWith(tree) && (path.length() == tree.length() || path.charAt(tree.length()) == '/')) {
                return true;
            }
        }
        return CALLS.contains(path);
    }

    /** Why somebody may not; empty if they may. */
    Optional<Refusal> refusal(HttpServerRequest request, Identity identity) {
        if (!here) {
            return Optional.of(Refusal.otherPort());
        }
        // Where nobody has to be known, any page in a browser on this machine could send this.
        if (!identity.isKnown() && Cors.isForeign(request, security.options().cors())) {
            return Optional.of(Refusal.foreignPage());
        }
        return Refused.unlessCovers(identity, Scope.ADMIN).map(Refusal::of);
    }
}
