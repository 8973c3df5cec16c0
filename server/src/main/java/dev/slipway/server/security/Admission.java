package dev.slipway.server.security;

import java.time.Duration;
import java.util.Optional;

/** What becomes of a request at the gate. */
public sealed interface Admission {
    /**
     * It may go on.
     *
     * @param identity who sent it
     */
    record Admitted(Identity identity) implements Admission {}

    /**
     * It may not.
     *
     * @param reason why, for the status
     * @param message what was expected, for the sender
     * @param retryAfter when to try again; zero if that would not help
     */
    record Refused(Reason reason, String message, Duration retryAfter) implements Admission {
        static Refused unauthenticated(String message) {
            return new Refused(Reason.UNAUTHENTICATED, message, Duration.ZERO);
        }

        static Refused forbidden(String message) {
            return new Refused(Reason.FORBIDDEN, message, Duration.ZERO);
        }

        /**
         * Whether somebody may do what needs a scope.
         *
         * @param identity who
         * @param needed the scope
         * @return empty if so; else the refusal
         */
        public static Optional<Refused> unlessCovers(Identity identity, Scope needed) {
            return identity.scope().covers(needed)
                    ? Optional.empty()
                    : Optional.of(forbidden(
                            "expected: scope " + needed.text() + ", which " + identity.name() + " does not have"));
        }

        static Refused tooMany(Duration wait) {
            String message = "expected: fewer requests; the limit of rate-limit.requests-per-second is reached";
            return new Refused(Reason.RATE_LIMITED, message, wait);
        }
    }

    /** Why a request is refused. */
    enum Reason {
        /** Nobody knows who sent it: HTTP 401, gRPC UNAUTHENTICATED. */
        UNAUTHENTICATED,
        /** Its sender may not do that: HTTP 403, gRPC PERMISSION_DENIED. */
        FORBIDDEN,
        /** Its sender asks too often: HTTP 429, gRPC RESOURCE_EXHAUSTED. */
        RATE_LIMITED
    }
}
