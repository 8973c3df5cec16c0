package dev.slipway.server.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a record that a configuration file can set. A component that is a record itself is a section of keys. The
 * record's constructor refuses a value with a message that begins with the key: {@code port: 70000 (expected: …)}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /**
     * What it does.
     *
     * @return a sentence for the reference and the help, with units and range
     */
    String value();

    /**
     * Whether a running server takes up a new value.
     *
     * @return false if it needs a restart
     */
    boolean live() default false;

    /**
     * Whether a section's keys stand among its neighbours, without a section of their own.
     *
     * @return true for a record that only keeps long lists of components apart
     */
    boolean inline() default false;
}
