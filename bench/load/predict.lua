-- The notebook's one number by TensorFlow Serving's REST.
wrk.method = "POST"
wrk.body = '{"instances": [10.0]}'
wrk.headers["Content-Type"] = "application/json"
