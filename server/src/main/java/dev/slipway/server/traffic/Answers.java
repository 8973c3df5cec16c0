package dev.slipway.server.traffic;

/**
 * The answers of a variant within a time.
 *
 * @param count all of them, without those that are errors of clients
 * @param failed those that are the server's fault
 * @param meanMillis the mean time to an answer that is no error; 0 if there is none
 * @param p99Millis the time within which 99 of 100 of them came, to 6 %, never too long; 0 if there is none
 */
record Answers(long count, long failed, double meanMillis, double p99Millis) {
    static final Answers NONE = new Answers(0, 0, 0, 0);

    /** Those that are no errors. */
    long answered() {
        return count - failed;
    }
}
