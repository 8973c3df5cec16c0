package dev.slipway.graph;

/** How the gradient of a node's result becomes that of its operands. */
@FunctionalInterface
interface GradientRule {
    /**
     * Adds the nodes that compute the gradients of the operands.
     *
     * @param node the node, which takes what the rule finds
     * @param g the gradient of the node's first result
     */
    void apply(Backward node, Value g);

    /** This rule for gradients that have been stretched to the shape of the result before. */
    default GradientRule whole() {
        return (node, g) -> apply(node, node.stretch(g, node.out(0)));
    }
}
