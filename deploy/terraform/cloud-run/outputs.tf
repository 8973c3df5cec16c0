output "url" {
  description = "Address of the service."
  value       = module.slipway.url
}

output "repository" {
  description = "Where to push images."
  value       = module.slipway.repository
}

output "bucket" {
  description = "Where to put models."
  value       = module.slipway.bucket
}
