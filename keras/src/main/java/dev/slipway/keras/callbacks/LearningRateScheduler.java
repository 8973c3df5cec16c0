package dev.slipway.keras.callbacks;

import java.util.Map;

/**
 * Sets the learning rate at the beginning of every epoch. The rate stands in the history as {@code learning_rate}.
 *
 * <p>Source: {@code keras.callbacks.LearningRateScheduler} of Keras 3.9.
 */
public final class LearningRateScheduler extends ActiveCallback {
    private final Schedule schedule;

    /** Says the learning rate of an epoch. */
    @FunctionalInterface
    public interface Schedule {
        /**
         * The rate of an epoch.
         *
         * @param epoch its number, from 0
         * @param rate the rate so far
         * @return the rate from now on, at least 0
         */
        double rate(int epoch, double rate);
    }

    /**
     * Creates the callback.
     *
     * @param schedule asked at the beginning of every epoch
     */
    public LearningRateScheduler(Schedule schedule) {
        this.schedule = schedule;
    }

    @Override
    public void onEpochBegin(int epoch) {
        double rate = run().model().learningRate().now();
        run().model().learningRate().set(schedule.rate(epoch, rate));
    }

    @Override
    public void onEpochEnd(int epoch, Map<String, Double> logs) {
        logs.put("learning_rate", run().model().learningRate().now());
    }
}
