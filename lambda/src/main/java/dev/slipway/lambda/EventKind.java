package dev.slipway.lambda;

/** Who sends events, each in a form of its own. */
enum EventKind {
    /** API Gateway's REST APIs, and its HTTP APIs with payload format 1.0. */
    REST(Limits.LAMBDA),

    /** API Gateway's HTTP APIs with payload format 2.0, and function URLs. */
    HTTP(Limits.LAMBDA),

    /** An application load balancer. */
    BALANCER(Limits.BALANCER);

    private static final class Limits {
        /** Lambda's for an answer that is not streamed. */
        static final int LAMBDA = 6_291_556;

        static final int BALANCER = 1024 * 1024;
    }

    private final int maxAnswerBytes;

    EventKind(int maxAnswerBytes) {
        this.maxAnswerBytes = maxAnswerBytes;
    }

    /** The longest answer as JSON that gets through. */
    int maxAnswerBytes() {
        return maxAnswerBytes;
    }
}
