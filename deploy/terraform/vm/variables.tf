variable "project" {
  description = "Project that everything belongs to."
  type        = string
}

variable "region" {
  description = "Region, such as europe-west1."
  type        = string
  default     = "europe-west1"
}

variable "zone" {
  description = "Zone of the machine, in the region."
  type        = string
  default     = "europe-west1-b"
}

variable "name" {
  description = "Name of the machine and its network."
  type        = string
  default     = "slipway"
}

variable "machine_type" {
  description = "Size of the machine."
  type        = string
  default     = "e2-standard-2"
}

variable "ssh_ranges" {
  description = "From where SSH is allowed, such as [\"203.0.113.0/24\"]; never the whole internet."
  type        = list(string)
}

variable "client_ranges" {
  description = "From where predictions may be asked for."
  type        = list(string)
}

variable "image" {
  description = "Image of the server in Artifact Registry, with its tag or digest."
  type        = string
}

variable "repository" {
  description = "Repository in Artifact Registry that holds it."
  type        = string
}

variable "bucket" {
  description = "Bucket of the models."
  type        = string
}

variable "prefix" {
  description = "Folder of the models in the bucket."
  type        = string
  default     = "models"
}

variable "keys_secret" {
  description = "Secret in Secret Manager with the keys of clients."
  type        = string
  default     = "slipway-keys"
}

variable "port" {
  description = "The server's port."
  type        = number
  default     = 8000
}
