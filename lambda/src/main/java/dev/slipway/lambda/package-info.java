/**
 * The server's routes as an AWS Lambda function: events of API Gateway, of function URLs and of load balancers in, their answers
 * out. Start reading at {@link dev.slipway.lambda.SlipwayFunction}. Knows the server and Keras's files; nothing knows it.
 */
@NullMarked
package dev.slipway.lambda;

import org.jspecify.annotations.NullMarked;
