output "address" {
  description = "Where the server is."
  value       = "http://${module.network.address}:${var.port}"
}

output "service_account" {
  description = "What the machine acts as."
  value       = module.server.service_account
}
