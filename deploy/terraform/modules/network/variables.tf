variable "name" {
  description = "Name of the network and of all that belongs to it; also the tag of the machines that the rules are for."
  type        = string
}

variable "region" {
  description = "Region, such as europe-west1."
  type        = string
}

variable "cidr" {
  description = "Addresses of the subnetwork."
  type        = string
  default     = "10.10.0.0/24"
}

variable "ssh_ranges" {
  description = "From where SSH is allowed. 35.235.240.0/20 is Identity-Aware Proxy's: gcloud compute ssh --tunnel-through-iap."
  type        = list(string)

  validation {
    condition     = length(var.ssh_ranges) > 0 && alltrue([for range in var.ssh_ranges : can(cidrhost(range, 0)) && try(tonumber(split("/", range)[1]), 0) >= 8])
    error_message = "ssh_ranges: expected ranges such as 203.0.113.0/24, none of them the whole internet."
  }
}

variable "client_ranges" {
  description = "From where predictions may be asked for."
  type        = list(string)

  validation {
    condition     = length(var.client_ranges) > 0 && alltrue([for range in var.client_ranges : can(cidrhost(range, 0))])
    error_message = "client_ranges: expected ranges such as 203.0.113.0/24."
  }
}

variable "port" {
  description = "The server's port."
  type        = number
}
