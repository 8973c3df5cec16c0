package dev.slipway.deploy;

import java.util.Map;

/** What a kind of object may look like. */
interface Schema {
    /**
     * Lets an object pass.
     *
     * @param object as YAML gives it
     * @throws IllegalArgumentException if it has a field that the kind does not have, lacks one that it needs, or has a value of
     *     another type
     */
    void require(Map<String, Object> object);
}
