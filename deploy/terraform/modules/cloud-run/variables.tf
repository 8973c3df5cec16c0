variable "name" {
  description = "Name of the service, of its repository and of its service account."
  type        = string
  default     = "slipway"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.name))
    error_message = "name: expected 6 to 30 lower-case letters, digits and dashes, as service accounts have them."
  }
}

variable "region" {
  description = "Region of the service, the repository and the bucket."
  type        = string
}

variable "bucket" {
  description = "Bucket of the models; its name must be free in all of Google Cloud."
  type        = string
}

variable "image" {
  description = "Image of the server with its tag or digest. Empty: repository and bucket only, to push the image first."
  type        = string
  default     = ""
}

variable "invokers" {
  description = "Who may ask for predictions, such as serviceAccount:app@PROJECT.iam.gserviceaccount.com or group:team@example.com."
  type        = list(string)
  default     = []

  validation {
    condition     = !contains(var.invokers, "allUsers") && !contains(var.invokers, "allAuthenticatedUsers")
    error_message = "invokers: expected members by name; the server asks nobody for a key here, so everybody would come in."
  }
}

variable "ingress" {
  description = "From where requests may come: INGRESS_TRAFFIC_ALL, INGRESS_TRAFFIC_INTERNAL_ONLY or INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER."
  type        = string
  default     = "INGRESS_TRAFFIC_ALL"
}

variable "min_instances" {
  description = "How many instances wait for requests. 0 costs nothing while nobody asks, and the first request waits for a start."
  type        = number
  default     = 0
}

variable "max_instances" {
  description = "How many instances there may be."
  type        = number
  default     = 4
}

variable "concurrency" {
  description = "How many requests an instance gets at a time."
  type        = number
  default     = 80
}

variable "timeout_seconds" {
  description = "How long a request may take."
  type        = number
  default     = 60
}

variable "cpu" {
  description = "Processors of an instance."
  type        = string
  default     = "1"
}

variable "memory" {
  description = "Memory of an instance: half for the JVM, half for the engine."
  type        = string
  default     = "1Gi"
}

variable "deletion_protection" {
  description = "Whether 'terraform destroy' is refused."
  type        = bool
  default     = true
}
